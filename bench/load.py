"""A city's year of readings in a database of its own: `python -m bench.load --readings 100000000 --folder FOLDER`.

2,700 series over 365 days: a quarter report every five minutes, the others as often as makes up the number. Each
month is copied in the order of time, then indexed, then attached, which leaves the tables as a year of ingest would.
"""

import argparse
import math
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg
from psycopg import Connection

from bench.figure import Figure
from bench.servers import database_server
from streaming.database import migrate
from streaming.timeseries.copy import write_rows
from streaming.timeseries.partitions import months
from streaming.timeseries.rollups import refresh

SERIES, FAST = 2_700, 675  # of them FAST report every five minutes
DAYS = 365
FULL = 100_000_000  # readings, at which the fast series come every 300 s
DEFAULT_FOLDER = Path(os.environ.get("BENCH_READINGS_FOLDER", "var/bench-readings"))

# A city around the readings, so that the KPI strip has something to count.
CITY = """
    INSERT INTO area (id, parent_id, kind, name, path) VALUES ('ordos', NULL, 'city', 'Ordos', 'ordos');
    INSERT INTO area (id, parent_id, kind, name, path)
    SELECT 'banner-' || b, 'ordos', 'banner', 'Banner ' || b, 'ordos/banner-' || b FROM generate_series(1, 9) b;
    INSERT INTO area (id, parent_id, kind, name, path)
    SELECT format('banner-%s-s%s', b, s), 'banner-' || b, 'street', format('Street %s', s),
           format('ordos/banner-%s/banner-%s-s%s', b, b, s)
      FROM generate_series(1, 9) b, generate_series(1, 8) s;
    INSERT INTO unit (id, name, business_type, banner_id, street_id, area_path, latitude, longitude)
    SELECT format('U%s', lpad(u::text, 6, '0')), 'Unit ' || u, 'small', a.parent_id, a.id, a.path,
           39.6 + u % 100 / 500.0, 109.8 + u % 97 / 500.0
      FROM generate_series(1, 11266) u
      JOIN (SELECT *, row_number() OVER (ORDER BY id) AS r FROM area WHERE kind = 'street') a ON a.r = 1 + u % 72;
    INSERT INTO metric (key) VALUES ('temperature') ON CONFLICT DO NOTHING;
    INSERT INTO device (id, unit_id, kind, interval_seconds)
    SELECT format('U%s-FR%s', lpad((1 + d % 894)::text, 6, '0'), d), format('U%s', lpad((1 + d % 894)::text, 6, '0')),
           'fridge_temp_humidity', 300
      FROM generate_series(1, 2700) d;
    INSERT INTO device (id, unit_id, kind, interval_seconds)
    SELECT format('CAM%s', c), format('U%s', lpad((1 + c % 11266)::text, 6, '0')), 'camera', 60
      FROM generate_series(1, 15672) c;
    INSERT INTO device_state (device_id, unit_id, online, seen_at, changed_at, readings)
    SELECT id, unit_id, no % 50 <> 0, now(), now(),
           jsonb_build_object('temperature', jsonb_build_object('value', 4.2, 'at', now())) FROM device;
    INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, open_alarms, as_of)
    SELECT id, 60 + r % 40, (ARRAY['green', 'blue', 'yellow', 'red'])[1 + r % 4], 'A', 0.8, '{}', 0, now()
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM unit) AS numbered;
    INSERT INTO incident (id, cause, unit_id, level, opened_at)
    SELECT 'I' || i, 'device', format('U%s', lpad((1 + i % 894)::text, 6, '0')), 1 + i % 4, now() - i * interval '1 min'
      FROM generate_series(1, 50000) i;
    INSERT INTO alarm (id, rule, incident_id, unit_id, area_path, metric, level, state, since, raised_at, reason)
    SELECT 'A' || i, 'alarm/fridge_temp_humidity/temperature', 'I' || i, unit.id, unit.area_path, 'temperature',
           1 + i % 4, CASE WHEN i % 150 = 0 THEN 'open' ELSE 'cleared' END, now() - i * interval '1 min',
           now() - i * interval '1 min', 'above_limit'
      FROM generate_series(1, 50000) i JOIN unit ON unit.id = format('U%s', lpad((1 + i % 894)::text, 6, '0'));
"""


def load(folder: Path, readings: int, until: datetime, say=print) -> list[Figure]:
    """Fill a new database; one that holds readings already is an error."""
    since = (until - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    started = time.monotonic()
    with database_server(folder) as database:
        migrate(database)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = off")
            connection.execute("SET maintenance_work_mem = '512MB'")
            if connection.execute("SELECT FROM area LIMIT 1").fetchone():
                raise SystemExit(f"{folder} holds a city already")
            connection.execute(CITY)
            rows = sum(_month(connection, *month, since, readings, say) for month in months(since, until))
            loaded = time.monotonic()
            connection.execute("UPDATE rollup SET horizon = %(s)s, minute_upto = %(s)s, hour_upto = %(s)s, "
                               "day_upto = date_trunc('day', %(s)s, zone)", {"s": since})  # fmt: skip
            connection.execute("ANALYZE reading")
            refresh(connection, until - timedelta(minutes=2))
            rolled = time.monotonic()
            say(f"rolled up in {rolled - loaded:.0f} s")
            connection.execute("VACUUM ANALYZE")
    return [
        Figure(name="readings loaded", value=rows / (loaded - started), unit="rows/s", note=f"{rows:,} readings"),
        Figure(name="readings rolled up", value=rows / (rolled - loaded), unit="rows/s"),
    ]


def _month(connection: Connection, first: datetime, last: datetime, since: datetime, readings: int, say) -> int:
    """One partition: filled without an index, then indexed, then put in the place of the empty one."""
    part = f"reading_{first:%Y_%m}"
    started, rows = time.monotonic(), 0
    with connection.transaction():
        connection.execute(f"DROP TABLE IF EXISTS {part}")
        connection.execute(f"CREATE TABLE {part} (LIKE reading INCLUDING DEFAULTS)")
        day = max(first, since)
        while day < min(last, since + timedelta(days=DAYS)):
            rows += _day(connection, part, day, min(last, day + timedelta(days=1)), readings)
            day += timedelta(days=1)
        connection.execute(f"ALTER TABLE {part} ADD UNIQUE (device_no, metric_no, at) INCLUDE (value, quality)")
        connection.execute(f"CREATE INDEX ON {part} USING brin (at) WITH (pages_per_range = 32, autosummarize = on)")
        connection.execute(f"ALTER TABLE reading ATTACH PARTITION {part} "
                           f"FOR VALUES FROM ('{first.isoformat()}') TO ('{last.isoformat()}')")  # fmt: skip
    say(f"{first:%Y-%m}: {rows:,} readings in {time.monotonic() - started:.0f} s", flush=True)
    return rows


def _day(connection: Connection, part: str, since: datetime, until: datetime, readings: int) -> int:
    random = np.random.default_rng(since.toordinal())
    stretch = (until - since).total_seconds()
    devices, times = [], []
    for first, count, spacing in ((1, FAST, 300.0), (FAST + 1, SERIES - FAST, 2204.5)):
        steps = math.ceil(stretch / (spacing * FULL / readings))
        # Each series has a phase of its own and is a little late or early each time.
        phase = (np.arange(count) * 0.618) % 1
        at = (np.arange(steps)[:, None] + phase * 0.9 + random.random((steps, count)) * 0.1) * (stretch / steps)
        times.append((at * 1e6).astype(np.int64).ravel())
        devices.append(np.tile(np.arange(first, first + count), steps))
    at, device = np.concatenate(times), np.concatenate(devices)
    order = np.argsort(at)
    at, device = at[order], device[order]
    value = 4 + device % 7 * 0.3 + np.sin(at / 7.2e9 + device) + random.normal(0, 0.2, len(at))
    micros = at + int(since.astimezone(UTC).timestamp()) * 1_000_000
    write_rows(connection, part, device, np.ones(len(at), np.int16), micros, np.round(value, 2))
    return len(at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=FULL)
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    wanted = parser.parse_args()
    for figure in load(wanted.folder.resolve(), wanted.readings, datetime.now(UTC)):
        print(f"{figure.name}: {figure.value:,.0f} {figure.unit} {figure.note}")


if __name__ == "__main__":
    main()
