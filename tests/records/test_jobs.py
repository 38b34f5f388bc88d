"""The clock: what is due runs, what fails is counted and tried again, and the process stops when asked."""

import signal
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from prometheus_client import REGISTRY

from records.jobs import SCHEDULE, Clock, Job
from streaming.timeseries import copy_readings
from streaming.timeseries.engine import has_hypertables
from tests.conftest import free_port, wait_for_port

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def ran(name, log):
    return lambda connection, now: log.append(name)


def fail(connection, now):
    raise ValueError("this job is broken")


def failures(name):
    return REGISTRY.get_sample_value("sunshine_job_failures_total", {"job": name}) or 0


@pytest.fixture
def clock_of(database):
    clocks = []

    def make(*jobs):
        clocks.append(Clock(database, jobs))
        return clocks[-1]

    yield make
    for clock in clocks:
        clock.close()


def test_a_job_runs_at_once_and_then_when_its_time_has_come(clock_of):
    log: list[str] = []
    clock = clock_of(Job("often", 10, ran("often", log)), Job("seldom", 60, ran("seldom", log)))
    assert clock.turn(NOW) == ["often", "seldom"]
    assert clock.turn(NOW + timedelta(seconds=9)) == []
    assert clock.wait_seconds(NOW + timedelta(seconds=9)) == 1
    assert clock.turn(NOW + timedelta(seconds=10)) == ["often"]
    assert clock.turn(NOW + timedelta(seconds=60)) == ["often", "seldom"]
    assert log == ["often", "seldom", "often", "often", "seldom"]


def test_a_job_that_fails_is_counted_and_stops_no_other(clock_of):
    log: list[str] = []
    clock = clock_of(Job("broken", 10, fail), Job("sound", 10, ran("sound", log)))
    before = failures("broken")
    assert clock.turn(NOW) == ["sound"]
    assert failures("broken") == before + 1
    assert clock.turn(NOW + timedelta(seconds=10)) == ["sound"]
    assert failures("broken") == before + 2


def test_a_lost_connection_costs_one_run(clock_of, connection):
    asked = Job("asks", 10, lambda mine, now: mine.execute("SELECT 1"))
    clock = clock_of(asked)
    assert clock.turn(NOW) == ["asks"]
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'sunshine jobs' AND datname = current_database()"
    )
    assert clock.turn(NOW + timedelta(seconds=10)) == []
    assert clock.turn(NOW + timedelta(seconds=20)) == ["asks"]


def test_every_job_of_the_house_runs_on_an_empty_database_and_again(clock_of):
    clock = clock_of(*SCHEDULE)
    names = [job.name for job in SCHEDULE]
    assert clock.turn(NOW) == names
    assert clock.turn(NOW + timedelta(days=1)) == names


def test_the_process_rolls_up_tells_how_it_does_and_stops_when_asked(database):
    port = free_port()
    now = datetime.now(UTC)
    with psycopg.connect(database, autocommit=True) as connection:
        copy_readings(connection, [1], [1], [int((now - timedelta(minutes=30)).timestamp() * 1e6)], [4.0])
    environment = {"DATABASE_URL": database, "JOBS_PORT": str(port), "PATH": "/usr/bin:/bin"}
    program = "from records.jobs import run; from streaming.settings import load; run(load())"
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as child:
        try:
            wait_for_port(port)
            assert ready(port)
            assert wait_for_metric(port, 'sunshine_job_seconds_count{job="thin_checkpoints"} 1.0')
            behind = float(metric(port, "sunshine_rollup_behind_seconds"))
            # TimescaleDB's policies keep time of their own.
            assert behind < 600 or has_hypertables(psycopg.connect(database))
        finally:
            child.send_signal(signal.SIGTERM)
            assert child.wait(20) == 0


def page(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.read().decode()


def ready(port):
    return "true" in page(port, "/readyz")


def metric(port, name):
    return next(line.split()[-1] for line in page(port, "/metrics").splitlines() if line.startswith(name + " "))


def wait_for_metric(port, line):
    import time

    for _ in range(200):
        if line in page(port, "/metrics"):
            return True
        time.sleep(0.1)
    return False
