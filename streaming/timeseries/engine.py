"""Which of the two schemas this database has."""

from psycopg import Connection


def has_hypertables(connection: Connection) -> bool:
    """Whether readings live in TimescaleDB, which rolls up and compresses by policies of its own."""
    row = connection.execute("SELECT to_regclass('rollup_minute') IS NULL").fetchone()
    return bool(row and row[0])
