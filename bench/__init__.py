"""Benchmarks: each module has `run() -> list[Figure]`; `make bench` prints them in one table."""
