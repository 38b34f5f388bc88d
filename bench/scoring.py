"""How fast judgement is: the whole city rescored, one fact to its index, a burst through the score process."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from bench.figure import Figure
from bench.servers import database_server
from scoring.alarms import AlarmEngine
from scoring.index import FoodSafetyIndex
from scoring.rules import defaults
from streaming.database import migrate
from streaming.events import (
    DeviceCameOnline,
    DeviceRegistered,
    Event,
    LicenceRecorded,
    PersonRecorded,
    RatingGiven,
    ReadingTaken,
    SelfInspectionDone,
    UnitRegistered,
)

UNITS, WITH_SENSORS = 11_266, 894
STARTED = datetime.now(UTC)  # facts of another day would be those of silent devices


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            return [*index_figures(), engine_figure(), *worker_figures(database)]


def index_figures() -> list[Figure]:
    index = FoodSafetyIndex(defaults())
    for event in the_city():
        index.apply(event)
    fact = RatingGiven(unit="U7", at=STARTED, stars=2)

    def fact_to_index() -> None:
        index.apply(fact)
        index.score("U7", STARTED)

    all_units = median_seconds(lambda: list(index.totals(STARTED + timedelta(hours=1))), 5)
    one_fact = median_seconds(lambda: [fact_to_index() for _ in range(200)], 5) / 200
    return [
        Figure(name="rescore all 11,266 units", value=all_units, unit="s", goal=1.0, higher_is_better=False),
        Figure(name="one fact to its explained index", value=1000 * one_fact, unit="ms", goal=1.0,
               higher_is_better=False),
    ]  # fmt: skip


def engine_figure() -> Figure:
    engine = AlarmEngine(defaults())
    for event in the_city():
        engine.on_event(event)
    burst = readings(20_000)
    seconds = median_seconds(lambda: [engine.on_event(event) for event in burst], 1)
    return Figure(name="readings judged by the alarm engine", value=len(burst) / seconds, unit="1/s")


def worker_figures(database: str) -> list[Figure]:
    """The score process on an empty, migrated database: first start on the whole registry, then a burst."""
    from scoring.worker import Worker
    from streaming.log.postgres import PostgresLog

    log = PostgresLog(database)
    with psycopg.connect(database, autocommit=True) as connection:
        append(connection, log, list(the_city()), 1000)
        with Worker(database, ZoneInfo("Asia/Shanghai")) as worker:
            worker.recover()
            city = len(list(the_city()))
            first = timed(lambda: digest(worker))
            burst = readings(60_000)
            append(connection, log, burst, 100)
            seconds = timed(lambda: digest(worker))
            save = timed(worker.save)
        with Worker(database, ZoneInfo("Asia/Shanghai")) as worker:
            restart = timed(worker.recover)
    return [
        Figure(name=f"first start on the registry ({city:,} facts)", value=first, unit="s", higher_is_better=False),
        Figure(name="score process, burst of readings", value=len(burst) / seconds, unit="1/s", goal=8000),
        Figure(name="score checkpoint", value=save, unit="s", higher_is_better=False),
        Figure(name="score restart from checkpoint", value=restart, unit="s", higher_is_better=False),
    ]


def the_city() -> list[Event]:
    """Every unit with licences and staff; those with sensors have three, all others a camera."""
    events: list[Event] = []
    for n in range(UNITS):
        unit = f"U{n}"
        events += [
            UnitRegistered(unit=unit, at=STARTED, name=unit, business_type="small", area="a", street="s"),
            licence(unit, "business_license"),
            licence(unit, "food_license"),
            SelfInspectionDone(unit=unit, at=STARTED, round="daily_control", on_time=n % 9 > 0),
            RatingGiven(unit=unit, at=STARTED, stars=1 + n % 5),
            *(staff(unit, f"{unit}-P{p}") for p in range(3)),
        ]
        kinds = ("fridge_temp_humidity",) * 3 if n < WITH_SENSORS else ("network_camera",)
        for number, kind in enumerate(kinds):
            device = f"{unit}-D{number}"
            events.append(DeviceRegistered(unit=unit, at=STARTED, device=device, device_kind=kind,
                                           interval_seconds=300 if n < WITH_SENSORS else 0))  # fmt: skip
            events.append(DeviceCameOnline(unit=unit, at=STARTED, device=device))
    return events


def licence(unit: str, kind: str) -> LicenceRecorded:
    return LicenceRecorded(unit=unit, at=STARTED, id=f"{unit}:{kind}", licence=kind, number="1",
                           expires_on=date(2098, 1, 1))  # fmt: skip


def staff(unit: str, person: str) -> PersonRecorded:
    return PersonRecorded(unit=unit, at=STARTED, id=person, person=person, role="practitioner",
                          health_certificate_expires_on=date(2097, 1, 1))  # fmt: skip


def readings(count: int) -> list[ReadingTaken]:
    """One reading after the other from every sensor of the city, a few of them too warm."""
    sensors = [(f"U{n}", f"U{n}-D{d}") for n in range(WITH_SENSORS) for d in range(3)]
    return [
        ReadingTaken(unit=unit, device=device, metric="temperature", value=4.0 + 8.0 * (n % 50 == 0),
                     at=STARTED + timedelta(milliseconds=1 + n // len(sensors)))
        for n in range(count)
        for unit, device in (sensors[n % len(sensors)],)
    ]  # fmt: skip


def append(connection: psycopg.Connection, log, events: list[Event], size: int) -> None:  # type: ignore[no-untyped-def]
    for start in range(0, len(events), size):
        log.append(connection, events[start : start + size])


def digest(worker) -> None:  # type: ignore[no-untyped-def]
    while worker.step(datetime.now(UTC)):
        pass


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_seconds(work: Callable[[], object], times: int) -> float:
    return statistics.median(timed(work) for _ in range(times))
