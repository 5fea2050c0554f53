"""The change feed that phones follow, and its wire protocol (RxDB's HTTP replication); knows no feature."""
