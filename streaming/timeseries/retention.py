"""What is forgotten, and when: the rows of `retention`, read at every run."""

from datetime import datetime, timedelta

from psycopg import Connection

from streaming.timeseries import partitions
from streaming.timeseries.engine import has_hypertables

LONGEST_LATE = partitions.WINDOW

# The log goes when it is old and everybody has read it. Who has not read for `log_held` holds nothing up any more:
# such a reader starts again from a checkpoint.
_LOG = """
    DELETE FROM log
     WHERE recorded_at < %(before)s
       AND (log_offset <= (SELECT coalesce(min(log_offset), 0) FROM log_reader) OR recorded_at < %(held_before)s)
       AND log_offset < (SELECT max(log_offset) FROM log)
"""
# Of each keeper's checkpoints the newest is never dropped.
_CHECKPOINTS = """
    WITH ranked AS (
        SELECT keeper, log_offset, recorded_at,
               row_number() OVER (PARTITION BY keeper ORDER BY log_offset DESC) AS newest,
               row_number() OVER (PARTITION BY keeper, date_trunc('hour', recorded_at) ORDER BY log_offset) AS of_hour,
               row_number() OVER (PARTITION BY keeper, date_trunc('day', recorded_at, %(zone)s) ORDER BY log_offset)
                   AS of_day
          FROM checkpoint)
    DELETE FROM checkpoint USING ranked
     WHERE checkpoint.keeper = ranked.keeper AND checkpoint.log_offset = ranked.log_offset
       AND newest > 1 AND of_day > 1
       AND (ranked.recorded_at < %(all_before)s AND of_hour > 1 OR ranked.recorded_at < %(hourly_before)s)
"""
# Why an index was what it was is asked of the last weeks; of older days the last word is enough.
_INDEXES = """
    DELETE FROM unit_index AS old
     WHERE at < date_trunc('day', %(before)s::timestamptz, %(zone)s)
       AND EXISTS (SELECT FROM unit_index AS later
                    WHERE later.unit_id = old.unit_id AND later.at > old.at
                      AND later.at < date_trunc('day', old.at, %(zone)s) + interval '1 day')
"""


class Retention:
    """How long each thing is kept; `now` is the caller's."""

    def __init__(self, connection: Connection, now: datetime):
        self._connection = connection
        self._now = now
        self._days: dict[str, int | None] = dict(connection.execute("SELECT what, days FROM retention").fetchall())

    def forget_raw(self) -> list[str]:
        """Drop whole partitions of readings; returns their names."""
        before = self._before("raw")
        return partitions.drop_before(self._connection, before) if before else []

    def forget_rollups(self) -> int:
        """Drop buckets of the roll-ups. Hours and days outlive the readings, or late ones would make them wrong."""
        hypertables = has_hypertables(self._connection)
        gone = 0
        for level in ("minute", "hour", "day"):
            before = self._before(level)
            if before is None:
                continue
            if level != "minute":
                before = min(before, self._now - LONGEST_LATE - timedelta(days=2), self._before("raw") or before)
            with self._connection.transaction():
                if level == "minute":
                    self._connection.execute(
                        "UPDATE rollup SET minutes_since = greatest(minutes_since, %s)", (before,)
                    )  # fmt: skip
                if hypertables:
                    query = "SELECT drop_chunks(%(view)s, older_than => %(before)s::timestamptz)"
                else:
                    query = f"DELETE FROM rollup_{level} WHERE bucket < %(before)s"  # noqa: S608  one of three names
                gone += self._connection.execute(query, {"view": f"reading_{level}", "before": before}).rowcount
        return gone

    def forget_log(self) -> int:
        """Drop batches of the log that all readers have read."""
        before, held_before = self._before("log"), self._before("log_held")
        if before is None:
            return 0
        return self._connection.execute(_LOG, {"before": before, "held_before": held_before}).rowcount

    def forget_quarantine(self) -> int:
        return self._delete("quarantine", "DELETE FROM quarantine WHERE received_at < %s")

    def forget_posted_ids(self) -> int:
        return self._delete("posted_id", "DELETE FROM posted_id WHERE stored_at < %s")

    def forget_receipts(self) -> int:
        return self._delete("receipt", "DELETE FROM ingest_receipt WHERE stored_at < %s")

    def thin_checkpoints(self) -> int:
        """Keep all of the last days, then one an hour, then one a day."""
        values = {
            "zone": self._zone(),
            "all_before": self._before("checkpoint_all"),
            "hourly_before": self._before("checkpoint_hourly"),
        }
        return self._connection.execute(_CHECKPOINTS, values).rowcount

    def thin_indexes(self) -> int:
        """Of every unit keep all indexes of the last weeks, then the last one of each day of the city."""
        before = self._before("index_all")
        if before is None:
            return 0
        return self._connection.execute(_INDEXES, {"before": before, "zone": self._zone()}).rowcount

    def _zone(self) -> str:
        row = self._connection.execute("SELECT zone FROM rollup").fetchone()
        return row[0] if row else "UTC"

    def _delete(self, what: str, query: str) -> int:
        before = self._before(what)
        return self._connection.execute(query.encode(), (before,)).rowcount if before else 0

    def _before(self, what: str) -> datetime | None:
        """The moment behind which it is forgotten; None: never."""
        days = self._days.get(what)
        return self._now - timedelta(days=days) if days else None
