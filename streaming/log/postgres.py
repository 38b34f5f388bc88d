"""The log as a table: a batch per row, written in the transaction that stores its readings.

Writers take one lock as the last thing before they commit, so offsets are given out in commit order: a reader that
has seen offset n has seen everything below n. (The other known way, reading up to the snapshot's xmin, stalls every
screen when anybody leaves a writing transaction open anywhere in the cluster, and does not survive dump and restore.)
The lock is held for the insert and the commit only, about a millisecond.
"""

from collections.abc import Sequence

import psycopg
from psycopg import Connection

from streaming.events import Event, decode, encode
from streaming.log.base import Batch, Start

CHANNEL = "sunshine_log"

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('sunshine_log'))"
_INSERT = """
    INSERT INTO log (recorded_at, count, payload)
    SELECT greatest(clock_timestamp(), (SELECT recorded_at FROM log ORDER BY log_offset DESC LIMIT 1)),
           %(count)s, %(payload)s
    RETURNING log_offset
"""
_READ = """
    SELECT log_offset, recorded_at, payload FROM log WHERE log_offset > %s ORDER BY log_offset LIMIT %s
"""
_COMMIT = """
    INSERT INTO log_reader (group_name, log_offset) VALUES (%s, %s)
    ON CONFLICT (group_name) DO UPDATE SET log_offset = excluded.log_offset, updated_at = now()
"""


class PostgresLog:
    """The log of one machine. Each instance keeps one connection of its own for reading and waiting."""

    def __init__(self, database: str):
        self._database = database
        self._connection: Connection | None = None

    # --- writing, in the caller's transaction

    def append(self, connection: Connection, events: Sequence[Event]) -> int | None:
        if not events:
            return None
        connection.execute(_LOCK)
        row = connection.execute(_INSERT, {"count": len(events), "payload": encode(list(events))}).fetchone()
        connection.execute(f"NOTIFY {CHANNEL}")
        return int(row[0]) if row else None

    def commit(self, connection: Connection, group: str, offset: int) -> None:
        connection.execute(_COMMIT, (group, offset))

    # --- reading

    def read(self, after: int, limit: int = 200) -> list[Batch]:
        rows = self._mine().execute(_READ, (after, limit), binary=True).fetchall()
        return [Batch(offset, recorded_at, decode(bytes(payload))) for offset, recorded_at, payload in rows]

    def wait(self, seconds: float) -> None:
        for _ in self._mine().notifies(timeout=seconds, stop_after=1):
            return

    def head(self) -> int:
        return self._number("SELECT coalesce(max(log_offset), 0) FROM log")

    def offset_of(self, group: str, start: Start = Start.BEGINNING) -> int:
        row = self._mine().execute("SELECT log_offset FROM log_reader WHERE group_name = %s", (group,)).fetchone()
        if row:
            return int(row[0])
        return self.head() if start is Start.NOW else 0

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _number(self, query: str, values: tuple = ()) -> int:
        row = self._mine().execute(query, values).fetchone()
        return int(row[0]) if row else 0

    def _mine(self) -> Connection:
        if self._connection is None or self._connection.closed:
            # Before a first read everything is unread, so a NOTIFY sent before LISTEN loses nothing.
            self._connection = psycopg.connect(self._database, autocommit=True, connect_timeout=5)
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection
