"""Partitions of `reading`: a month each, made before they are needed, dropped when all in them is too old."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from psycopg import Connection

from streaming.timeseries.engine import has_hypertables

WINDOW = timedelta(days=400)  # readings as old as that are accepted
AHEAD = timedelta(days=92)

_PARTITIONS = """
    SELECT child.relname, substring(pg_get_expr(child.relpartbound, child.oid) FROM $$TO \\('([^']+)'\\)$$)::timestamptz
      FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
     WHERE inhparent = 'reading'::regclass AND pg_get_expr(child.relpartbound, child.oid) <> 'DEFAULT'
     ORDER BY 2
"""


def months(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """First moment of each month (UTC) that the stretch touches, and of the month after it."""
    first = since.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while first < until:
        last = (first + timedelta(days=32)).replace(day=1)
        yield first, last
        first = last


def prepare(connection: Connection, now: datetime) -> list[str]:
    """Make what is missing of the partitions for the window and for three months ahead; returns their months."""
    if has_hypertables(connection):
        return []  # chunks come by themselves
    made = []
    for first, _ in months(now - WINDOW, now + AHEAD):
        with connection.transaction():
            # Ingest waits behind us for the moment it takes; rather try again later than let it wait long.
            connection.execute("SET LOCAL lock_timeout = '2s'")
            row = connection.execute("SELECT reading_partition(%s)", (first,)).fetchone()
            if row and row[0]:
                made.append(f"{first:%Y-%m}")
    return made


def drop_before(connection: Connection, moment: datetime) -> list[str]:
    """Drop the partitions (or chunks) in which everything is older; returns their names.

    What is not yet rolled up by day stays.
    """
    if has_hypertables(connection):
        rows = connection.execute("SELECT drop_chunks('reading', older_than => %s::timestamptz)", (moment,))
        return [row[0] for row in rows]
    dropped = []
    upto = connection.execute("SELECT day_upto FROM rollup").fetchone()
    for name, until in connection.execute(_PARTITIONS).fetchall():
        if until <= moment and upto and until <= upto[0]:
            with connection.transaction():
                connection.execute("SET LOCAL lock_timeout = '2s'")
                connection.execute(f'DROP TABLE "{name}"')
            dropped.append(name)
    return dropped
