"""Benchmarks: each prints a table that compares Furet with a peer or a floor in the same run, and asserts nothing."""
