"""Roll-ups on plain PostgreSQL: moved forward in small transactions, each of which leaves the views true.

A transaction that stores readings holds a shared lock from when it asks for the horizon to its commit; the horizon
moves under the exclusive one. So everything older than the horizon is either committed, and seen by the roll-up that
follows, or noted in `reading_late`. Killed anywhere, the next run goes on from the last commit.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from streaming.timeseries.engine import has_hypertables

log = logging.getLogger(__name__)

SLICE = timedelta(days=1)  # of readings rolled up in one transaction when there is a lot to make up for
LATE_AT_ONCE = 2000

_RAISE_HORIZON = """
    UPDATE rollup SET horizon = date_trunc('minute', %(until)s::timestamptz) WHERE horizon < %(until)s
"""
_STEP = """
    SELECT zone, horizon, minute_upto, hour_upto, day_upto, minute_to,
           greatest(hour_upto, date_trunc('hour', minute_to, zone)) AS hour_to,
           greatest(day_upto, date_trunc('day', minute_to, zone)) AS day_to,
           greatest(minute_upto, horizon - (SELECT coalesce(days, 36500) FROM retention WHERE what = 'minute')
                                           * interval '1 day') AS minute_from
      FROM rollup, LATERAL (SELECT least(horizon, minute_upto + %s)) AS step (minute_to)
"""
_TAKE_LATE = """
    DELETE FROM reading_late WHERE ctid = ANY (ARRAY (SELECT ctid FROM reading_late LIMIT %s))
    RETURNING device_no, from_at, to_at
"""
_REMEMBER = """
    UPDATE rollup
       SET minute_upto = %(minute_to)s, hour_upto = %(hour_to)s, day_upto = %(day_to)s,
           minutes_since = CASE WHEN %(skipped)s THEN greatest(minutes_since, %(minute_from)s) ELSE minutes_since END
"""

_BACK_TO_THE_READINGS = """
    UPDATE rollup
       SET zone = %(zone)s,
           hour_upto = date_trunc('hour', least(hour_upto, first_reading), %(zone)s),
           day_upto = date_trunc('day', least(hour_upto, first_reading, first_hour), %(zone)s)
      FROM (SELECT min(at) AS first_reading FROM reading) AS oldest,
           (SELECT min(bucket) AS first_hour FROM rollup_hour) AS older
"""

_COLUMNS = "(device_no, metric_no, bucket, n, vmin, vmax, vsum)"
_UPSERT = """
    ON CONFLICT (device_no, metric_no, bucket) DO UPDATE
    SET n = excluded.n, vmin = excluded.vmin, vmax = excluded.vmax, vsum = excluded.vsum
"""
_OF_READINGS = "count(*) AS n, min(value) AS vmin, max(value) AS vmax, sum(value) AS vsum FROM reading"
_OF_HOURS = "sum(n) AS n, min(vmin) AS vmin, max(vmax) AS vmax, sum(vsum) AS vsum FROM rollup_hour"


@dataclass(frozen=True)
class Level:
    """One roll-up: its unit, what it is made of, and the column that holds the time there.

    Hours come from the readings, not from minutes: minutes are forgotten long before the last late reading may come.
    """

    unit: str
    source: str
    time: str

    @property
    def forward(self) -> str:
        """Everything between two moments."""
        return f"""
            INSERT INTO rollup_{self.unit} {_COLUMNS}
            SELECT device_no, metric_no, date_trunc('{self.unit}', {self.time}, %(zone)s), {self.source}
             WHERE {self.time} >= %(since)s AND {self.time} < %(until)s GROUP BY 1, 2, 3 {_UPSERT}
        """

    @property
    def again(self) -> str:
        """The buckets touched by late readings, as far as they are rolled up."""
        return f"""
            INSERT INTO rollup_{self.unit} {_COLUMNS}
            SELECT device_no, metric_no, bucket, n, vmin, vmax, vsum
              FROM (SELECT late.device_no AS device,
                           unnest(range_agg(tstzrange(
                               date_trunc('{self.unit}', since, %(zone)s),
                               (date_trunc('{self.unit}', until AT TIME ZONE %(zone)s) + interval '1 {self.unit}')
                               AT TIME ZONE %(zone)s))) AS stretch
                      FROM unnest(%(devices)s::int[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
                           AS late (device_no, since, until)
                     GROUP BY 1) AS stale,
                   LATERAL (SELECT device_no, metric_no, date_trunc('{self.unit}', {self.time}, %(zone)s) AS bucket,
                                   {self.source}
                             WHERE device_no = stale.device AND {self.time} >= lower(stretch)
                               AND {self.time} < least(upper(stretch), %(upto)s) GROUP BY 1, 2, 3) AS made
            {_UPSERT}
        """  # noqa: S608


MINUTE = Level("minute", _OF_READINGS, "at")
HOUR = Level("hour", _OF_READINGS, "at")
DAY = Level("day", _OF_HOURS, "bucket")


@dataclass(frozen=True)
class Step:
    """From where to where each level goes in one transaction."""

    zone: str
    horizon: datetime
    minute_upto: datetime
    hour_upto: datetime
    day_upto: datetime
    minute_to: datetime
    hour_to: datetime
    day_to: datetime
    minute_from: datetime  # minutes that would be forgotten at once are not made


def refresh(connection: Connection, until: datetime) -> int:
    """Roll up to `until`, and again what came late. Returns the transactions it took.

    The connection is in autocommit mode. When another process is at it, there is nothing to do.
    """
    if has_hypertables(connection):
        return 0  # policies in the database do it
    _raise_horizon(connection, until)
    steps = 0
    while _step(connection):
        steps += 1
    return steps


def behind(connection: Connection, now: datetime) -> timedelta:
    """How far back the newest stretch begins that is still added up at every question."""
    if has_hypertables(connection):
        question = """
            SELECT greatest(
                       _timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark(mat_hypertable_id)),
                       (SELECT min(range_start) FROM timescaledb_information.chunks
                         WHERE hypertable_name = 'reading'))
              FROM _timescaledb_catalog.continuous_agg
             WHERE user_view_name = 'reading_minute' AND EXISTS (SELECT FROM reading)
        """
    else:
        question = "SELECT minute_upto FROM rollup"
    row = connection.execute(question).fetchone()
    return now - row[0] if row and row[0] else timedelta()


def use_zone(connection: Connection, zone: str) -> bool:
    """Let days end at midnight of this zone. True when that is news: `refresh` then makes hours and days anew."""
    row = connection.execute("SELECT zone FROM rollup").fetchone()
    if row and row[0] == zone:
        return False
    if has_hypertables(connection):
        log.error("days end at midnight of %s here; another zone needs the continuous aggregates built anew", row)
        return False
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('sunshine_rollup'))")
        connection.execute("SELECT reading_views(%s)", (zone,))
        connection.execute(_BACK_TO_THE_READINGS, {"zone": zone})
        # What is older than the readings cannot be made anew: its hours stay, and its days are made of them.
        connection.execute("DELETE FROM rollup_hour USING rollup WHERE bucket >= hour_upto")
        connection.execute("DELETE FROM rollup_day USING rollup WHERE bucket > day_upto - interval '1 day'")
    return True


def _raise_horizon(connection: Connection, until: datetime) -> None:
    try:
        with connection.transaction():
            # Whoever stores readings queues behind us while we wait, so we do not wait long.
            connection.execute("SET LOCAL lock_timeout = '2s'")
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('sunshine_horizon'))")
            connection.execute(_RAISE_HORIZON, {"until": until})
    except psycopg.errors.LockNotAvailable:
        log.warning("a transaction that stores readings takes long; rolling up to the last horizon only")


def _step(connection: Connection) -> bool:
    """One transaction's worth of work; False when there was none or another process is at it."""
    with connection.transaction():
        row = connection.execute("SELECT pg_try_advisory_xact_lock(hashtext('sunshine_rollup'))").fetchone()
        if not (row and row[0]):
            return False
        # First the late ones: what is noted there is committed, so everything below sees it.
        late = connection.execute(_TAKE_LATE, (LATE_AT_ONCE,)).fetchall()
        with connection.cursor(row_factory=class_row(Step)) as cursor:
            step = cursor.execute(_STEP, (SLICE,)).fetchone()
        assert step is not None
        if not late and step.minute_to <= step.minute_upto:
            return False
        # The stretch is a sliver of its partition, whatever old statistics say.
        connection.execute("SET LOCAL enable_seqscan = off")
        _forward(connection, step)
        if late:
            _again(connection, step, late)
    return True


def _forward(connection: Connection, step: Step) -> None:
    for level, since, until in (
        (MINUTE, step.minute_from, step.minute_to),
        (HOUR, step.hour_upto, step.hour_to),
        (DAY, step.day_upto, step.day_to),
    ):
        if since < until:
            connection.execute(level.forward, {"zone": step.zone, "since": since, "until": until})
    connection.execute(_REMEMBER, asdict(step) | {"skipped": step.minute_from > step.minute_upto})


def _again(connection: Connection, step: Step, late: list[tuple]) -> None:
    devices, sinces, untils = (list(column) for column in zip(*late, strict=True))
    for level, upto in ((MINUTE, step.minute_to), (HOUR, step.hour_to), (DAY, step.day_to)):
        values = {"zone": step.zone, "devices": devices, "sinces": sinces, "untils": untils, "upto": upto}
        connection.execute(level.again, values)
