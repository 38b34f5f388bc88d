"""Questions about readings. Every question names a stretch of time, so that only its partitions are opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import class_row

# What a bucket is made of: the nearest finer roll-up.
MADE_OF = {"1m": "minute", "5m": "minute", "15m": "minute", "1h": "hour", "6h": "hour", "1d": "day"}
WIDTH = {
    "1m": timedelta(minutes=1), "5m": timedelta(minutes=5), "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1), "6h": timedelta(hours=6), "1d": timedelta(days=1),
}  # fmt: skip

_RAW = """
    SELECT at, value, quality FROM reading
     WHERE device_no = %(device_no)s AND metric_no = (SELECT no FROM metric WHERE key = %(metric)s)
       AND at >= %(since)s AND at < %(until)s
     ORDER BY at LIMIT %(limit)s
"""
_FROM_ROLLUP = """
    SELECT date_bin(%(width)s, bucket, %(midnight)s) AS start,
           min(vmin) AS min, max(vmax) AS max, sum(vsum) / sum(n) AS avg, sum(n)::bigint AS count
      FROM reading_{rollup}
     WHERE device_no = %(device_no)s AND metric_no = (SELECT no FROM metric WHERE key = %(metric)s)
       AND bucket >= %(since)s AND bucket < %(until)s
     GROUP BY 1 ORDER BY 1
"""
_FROM_READINGS = """
    SELECT date_bin(%(width)s, at, %(midnight)s) AS start,
           min(value) AS min, max(value) AS max, avg(value) AS avg, count(*) AS count
      FROM reading
     WHERE device_no = %(device_no)s AND metric_no = (SELECT no FROM metric WHERE key = %(metric)s)
       AND at >= %(since)s AND at < %(until)s
     GROUP BY 1 ORDER BY 1
"""
_DAYS = """
    SELECT bucket AS start, vmin AS min, vmax AS max, vsum / n AS avg, n::bigint AS count
      FROM reading_day
     WHERE device_no = %(device_no)s AND metric_no = (SELECT no FROM metric WHERE key = %(metric)s)
       AND bucket >= %(since)s AND bucket < %(until)s
     ORDER BY 1
"""
_LATEST = """
    SELECT wanted.device_no, metric.key AS metric, newest.at, newest.value
      FROM unnest(%s::int[]) AS wanted (device_no)
     CROSS JOIN metric
     CROSS JOIN LATERAL (
           SELECT at, value FROM reading
            WHERE reading.device_no = wanted.device_no AND reading.metric_no = metric.no
            ORDER BY at DESC LIMIT 1) AS newest
     ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Measured:
    at: datetime
    value: float
    quality: int


@dataclass(frozen=True)
class Bucket:
    """`start` inclusive; it ends where the next begins."""

    start: datetime
    min: float
    max: float
    avg: float
    count: int


@dataclass(frozen=True)
class Latest:
    device_no: int
    metric: str
    at: datetime
    value: float


class Readings:
    """What devices measured. Stretches are half open: `since` belongs to them, `until` does not."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def raw(self, device_no: int, metric: str, since: datetime, until: datetime, limit: int = 10_000) -> list[Measured]:
        """Single readings, oldest first; of a stretch with more than `limit` the first ones."""
        values = {"device_no": device_no, "metric": metric, "since": since, "until": until, "limit": limit}
        with self._connection.cursor(row_factory=class_row(Measured)) as cursor:
            return cursor.execute(_RAW, values).fetchall()

    def buckets(self, device_no: int, metric: str, since: datetime, until: datetime, bucket: str) -> list[Bucket]:
        """Every bucket that touches the stretch, whole, oldest first; one without a reading is left out.

        6h and 1d follow the city's midnight.
        """
        if bucket not in WIDTH:
            raise ValueError(f"there are no buckets of {bucket}; allowed: {', '.join(WIDTH)}")
        zone, minutes_since = self._rollup()
        midnight = since.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        width = WIDTH[bucket]
        first = midnight + (since - midnight) // width * width
        last = until + (midnight - until) % width
        values = {"device_no": device_no, "metric": metric, "since": first, "until": last}
        if bucket == "1d":
            query, values = _DAYS, values | {"since": midnight, "until": until}
        elif MADE_OF[bucket] == "minute" and first < minutes_since:
            query = _FROM_READINGS  # minutes are forgotten sooner than readings
        else:
            query = _FROM_ROLLUP.format(rollup=MADE_OF[bucket])
        with self._connection.cursor(row_factory=class_row(Bucket)) as cursor:
            return cursor.execute(query, values | {"width": width, "midnight": midnight}).fetchall()

    def latest(self, device_nos: Sequence[int]) -> list[Latest]:
        """The newest reading of each metric of some devices. For the whole city ask the twin or `device_state`."""
        with self._connection.cursor(row_factory=class_row(Latest)) as cursor:
            return cursor.execute(_LATEST, (list(device_nos),)).fetchall()

    def _rollup(self) -> tuple[ZoneInfo, datetime]:
        row = self._connection.execute("SELECT zone, minutes_since FROM rollup").fetchone()
        assert row is not None, "the migrations have run"
        return ZoneInfo(row[0]), row[1]
