"""Questions to a year of readings: a device's day, a device's year by days, the city's figures.

On the store that `python -m bench.load` filled (`BENCH_READINGS_FOLDER`, default var/bench-readings) when there is
one, else on five million readings loaded for the occasion. Each question is put for another device and day every
time, so that the first answers come from cold buffers.
"""

import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import Connection

from bench.figure import Figure
from bench.load import DEFAULT_FOLDER, FAST, load
from bench.servers import database_server
from records.city import figures
from streaming.timeseries.readings import Readings

TIMES = 60
SMALL = 5_000_000


def run() -> list[Figure]:
    with _store() as database, psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(
            "SELECT sum(reltuples)::bigint FROM pg_class JOIN pg_inherits ON inhrelid = oid"
            " WHERE inhparent = 'reading'::regclass AND reltuples > 0"
        ).fetchone()
        newest = connection.execute("SELECT max(bucket) FROM rollup_day").fetchone()
        assert row is not None and newest is not None
        return [*_measure(connection, newest[0], f"{row[0] / 1e6:.0f} million readings")]


def _measure(connection: Connection, newest: datetime, stored: str) -> Iterator[Figure]:
    dice, readings, now = random.Random(7), Readings(connection), datetime.now(UTC)

    def day_raw() -> int:
        since = newest - timedelta(days=dice.randint(1, 360))
        return len(readings.raw(dice.randint(1, FAST), "temperature", since, since + timedelta(days=1)))

    def day_by_quarters() -> int:
        since = newest - timedelta(days=dice.randint(1, 360))
        return len(
            readings.buckets(dice.randint(1, FAST), "temperature", since, since + timedelta(days=1), "15m")
        )  # fmt: skip

    def year_by_days() -> int:
        return len(readings.buckets(dice.randint(1, FAST), "temperature", newest - timedelta(days=365), newest, "1d"))

    def year_by_quarter_days() -> int:
        return len(readings.buckets(dice.randint(1, FAST), "temperature", newest - timedelta(days=365), newest, "6h"))

    def city() -> int:
        return len(figures(connection, now))

    yield _figure("a device's day, raw", day_raw, 50, stored)
    yield _figure("a device's day by 15 minutes", day_by_quarters, 50, stored)
    yield _figure("a device's year by days", year_by_days, 100, stored)
    yield _figure("a device's year by 6 hours", year_by_quarter_days, 100, stored)
    yield _figure("the city's figures", city, 50, stored)


def _figure(name: str, ask: Callable[[], int], goal: float, stored: str) -> Figure:
    took, rows = [], []
    for _ in range(TIMES):
        started = time.perf_counter()
        rows.append(ask())
        took.append((time.perf_counter() - started) * 1000)
    slow = sorted(took)[int(TIMES * 0.95)]
    note = f"{stored}; {statistics.median(rows):.0f} rows; first {took[0]:.0f}, p95 {slow:.0f} ms"
    return Figure(
        name=name, value=statistics.median(took), unit="ms", goal=goal, higher_is_better=False, note=note
    )  # fmt: skip


@contextlib.contextmanager
def _store() -> Iterator[str]:
    if (DEFAULT_FOLDER / "pg" / "PG_VERSION").exists():
        with database_server(DEFAULT_FOLDER.resolve()) as database:
            yield database
        return
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        load(Path(folder), SMALL, datetime.now(UTC), say=lambda *_, **__: None)
        with database_server(Path(folder)) as database:
            yield database
