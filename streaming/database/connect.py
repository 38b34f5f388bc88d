"""Connections. One pool per process; whoever needs a transaction takes a connection from it for that long."""

import time

import psycopg
from psycopg_pool import ConnectionPool


def open_pool(database: str, size: int = 4, name: str = "sunshine") -> ConnectionPool:
    """A pool that outlives the database: callers get PoolTimeout while it is away and connections when it is back."""
    return ConnectionPool(
        database,
        min_size=1,
        max_size=size,
        timeout=5,
        open=True,
        name=name,
        check=ConnectionPool.check_connection,
        kwargs={"connect_timeout": 5, "application_name": name},
    )


def wait_for_database(database: str, seconds: float) -> None:
    """Return when the database answers. Raises the last error when it does not within so many seconds."""
    until = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(database, connect_timeout=2):
                return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
