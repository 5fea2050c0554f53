"""Real foreign clients against a real server; run by `make test-clients`."""
