"""The clock of the house: what must happen every so often, whoever else is awake."""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from prometheus_client import Counter, Gauge, Histogram
from psycopg import Connection

from records import trend
from records.accounts import guesses, sessions
from streaming.database import wait_for_database
from streaming.health import Health, database_answers
from streaming.settings import Settings
from streaming.timeseries import partitions, rollups
from streaming.timeseries.retention import Retention

log = logging.getLogger(__name__)

SECONDS = Histogram("sunshine_job_seconds", "How long a job took", ["job"], buckets=(0.01, 0.1, 1, 10, 60, 600))
FAILURES = Counter("sunshine_job_failures_total", "Runs of a job that failed", ["job"])
BEHIND = Gauge("sunshine_rollup_behind_seconds", "Age of the newest moment that is rolled up")

# Readings arrive a little after they were taken; what comes later than this is rolled up twice.
LAG = timedelta(minutes=2)


@dataclass(frozen=True)
class Job:
    """`run` gets a connection in autocommit mode and the time; running it twice does no harm."""

    name: str
    every_seconds: float
    run: Callable[[Connection, datetime], object]


def roll_up(connection: Connection, now: datetime) -> int:
    try:
        return rollups.refresh(connection, now - LAG)
    finally:
        BEHIND.set(rollups.behind(connection, now).total_seconds())


HOUR = 3600
# Partitions come first: ingest must find them. Jobs run one after the other in this order.
SCHEDULE = (
    Job("partitions", HOUR, partitions.prepare),
    Job("rollups", 30, roll_up),
    Job("trend", 60, trend.record),  # of ten minutes the first run counts
    Job("forget_trend", HOUR, trend.forget),
    Job("forget_raw", HOUR, lambda connection, now: Retention(connection, now).forget_raw()),
    Job("forget_rollups", HOUR, lambda connection, now: Retention(connection, now).forget_rollups()),
    Job("forget_log", HOUR, lambda connection, now: Retention(connection, now).forget_log()),
    Job("forget_quarantine", HOUR, lambda connection, now: Retention(connection, now).forget_quarantine()),
    Job("forget_posted_ids", HOUR, lambda connection, now: Retention(connection, now).forget_posted_ids()),
    Job("forget_receipts", HOUR, lambda connection, now: Retention(connection, now).forget_receipts()),
    Job("forget_sessions", HOUR, sessions.forget),
    Job("forget_guesses", HOUR, guesses.forget),
    Job("thin_checkpoints", HOUR, lambda connection, now: Retention(connection, now).thin_checkpoints()),
    Job("thin_indexes", HOUR, lambda connection, now: Retention(connection, now).thin_indexes()),
)


def _of_people(audit_months: int | None) -> tuple[Job, ...]:
    """The audit log is kept for ever unless a setting says how long; registration is kept in any case."""
    if audit_months is None:
        return ()

    def forget_audit(connection: Connection, now: datetime) -> object:
        before = "SELECT audit_forget(%s - make_interval(months => %s))"
        return connection.execute(before, (now, audit_months)).fetchone()

    return (Job("forget_audit", HOUR, forget_audit),)


class Clock:
    """Runs each job when its time has come. A job that fails is counted, told, and tried again at its next turn."""

    def __init__(self, database: str, schedule: tuple[Job, ...] = SCHEDULE):
        self._database = database
        self._due: dict[Job, datetime] = {job: datetime.min.replace(tzinfo=UTC) for job in schedule}
        self._connection: Connection | None = None

    def turn(self, now: datetime) -> list[str]:
        """Run what is due; returns the names of the jobs that succeeded."""
        return [job.name for job in self._due if self._due[job] <= now and self._run(job, now)]

    def wait_seconds(self, now: datetime) -> float:
        """How long nothing will be due."""
        return max(0.0, (min(self._due.values()) - now).total_seconds())

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _run(self, job: Job, now: datetime) -> bool:
        self._due[job] = now + timedelta(seconds=job.every_seconds)
        try:
            with SECONDS.labels(job.name).time():
                done = job.run(self._mine(), now)
            if done:
                log.debug("%s: %s", job.name, done)
            return True
        except Exception:
            FAILURES.labels(job.name).inc()
            log.exception("the job %s failed; it is tried again in %s s", job.name, job.every_seconds)
            return False

    def _mine(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._database, autocommit=True, connect_timeout=5, application_name="sunshine jobs"
            )
        return self._connection


def run(settings: Settings) -> None:
    """The process `jobs`, until SIGTERM or SIGINT. A job under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = Health(database=database_answers(settings.database)).serve(settings.bind, settings.jobs_port)
    clock = Clock(settings.database, (*SCHEDULE, *_of_people(settings.audit_months)))
    try:
        wait_for_database(settings.database, 60)
        _use_zone(settings)
        while not stop.is_set():
            clock.turn(datetime.now(UTC))
            stop.wait(clock.wait_seconds(datetime.now(UTC)))
    finally:
        clock.close()
        server.shutdown()


def _use_zone(settings: Settings) -> None:
    with psycopg.connect(settings.database, autocommit=True) as connection:
        if rollups.use_zone(connection, settings.city_timezone):
            log.warning("days now end at midnight of %s; roll-ups are made anew", settings.city_timezone)
