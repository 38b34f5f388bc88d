"""The score process as it is started in earnest."""

import json
import os
import random
import signal
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from streaming.events import Event, ReadingTaken
from streaming.log.postgres import PostgresLog
from tests.conftest import free_port, running, wait_for_port
from tests.scoring.kitchens import Watched, a_device, a_unit


def ask(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.read().decode()


def until(question, seconds: float = 60):
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return answer


def test_smoke_told_to_the_running_process_becomes_an_alarm_row_and_a_metric(database, connection, tmp_path):
    port, log = free_port(), PostgresLog(database)
    environment = {**os.environ, "DATABASE_URL": database, "SCORE_PORT": str(port), "SUNSHINE_DATA": str(tmp_path)}
    command = [str(Path(sys.executable).parent / "sunshine"), "score"]
    with running(command, env=environment) as process:
        wait_for_port(port)
        until(lambda: connection.execute("SELECT count(*) FROM rule").fetchone()[0] > 0)
        smoke = ReadingTaken(unit="U1", device="SM1", at=datetime.now(UTC), metric="smoke", value=1)
        log.append(connection, [a_unit(), a_device("SM1", "smoke_alarm"), smoke])
        (level,) = until(lambda: connection.execute("SELECT level FROM alarm WHERE state = 'open'").fetchone())
        assert level == 1
        assert json.loads(ask(port, "/readyz")) == {"ready": True}
        until(lambda: 'sunshine_score_alarms_open{level="1"} 1.0' in ask(port, "/metrics"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)


def test_a_database_that_refuses_what_judging_writes_is_tried_again_and_nothing_is_skipped(
    database, connection, tmp_path
):
    port, log = free_port(), PostgresLog(database)
    environment = {**os.environ, "DATABASE_URL": database, "SCORE_PORT": str(port), "SUNSHINE_DATA": str(tmp_path)}
    command = [str(Path(sys.executable).parent / "sunshine"), "score"]
    with running(command, env=environment) as process:
        wait_for_port(port)
        until(lambda: connection.execute("SELECT count(*) FROM rule").fetchone()[0] > 0)
        connection.execute("ALTER TABLE alarm ADD CONSTRAINT nothing_goes CHECK (level > 4)")
        smoke = ReadingTaken(unit="U1", device="SM1", at=datetime.now(UTC), metric="smoke", value=1)
        log.append(connection, [a_unit(), a_device("SM1", "smoke_alarm"), smoke])
        until(lambda: "sunshine_score_failures_total 1.0" in ask(port, "/metrics"))
        assert process.poll() is None
        connection.execute("ALTER TABLE alarm DROP CONSTRAINT nothing_goes")
        assert until(lambda: connection.execute("SELECT id, state FROM alarm").fetchall())[0][1] == "open"


def cycles(chance: random.Random, devices: int, steps: int) -> list[list[Event]]:
    """Smoke that comes and goes, each spell known by its device and moment."""
    begin = datetime.now(UTC) - timedelta(minutes=10)
    return [
        [
            ReadingTaken(unit="U1", device=f"SM{n}", at=begin + timedelta(seconds=step), metric="smoke",
                         value=float(chance.random() < 0.3))
            for n in range(devices)
        ]
        for step in range(steps)
    ]  # fmt: skip


def test_killed_at_random_moments_under_load_the_process_ends_with_the_alarms_of_an_uninterrupted_run(
    database, connection, tmp_path
):
    chance, log = random.Random(7), PostgresLog(database)
    registry = [a_unit(), *(a_device(f"SM{n}", "smoke_alarm") for n in range(40)), a_device("END", "smoke_alarm")]
    load = cycles(chance, devices=40, steps=120)
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": database, "SCORE_PORT": str(port), "SUNSHINE_DATA": str(tmp_path)}
    command = [str(Path(sys.executable).parent / "sunshine"), "score"]
    log.append(connection, registry)
    steps = iter(load)
    for kills in range(4):
        with running(command, env=environment) as process:
            wait_for_port(port)
            # Some deaths come while it starts, some while it works.
            if kills % 2:
                until(lambda: log.offset_of("score") == log.head(), 30)
            for batch in islice(steps, 20):
                log.append(connection, batch)
                time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    with running(command, env=environment) as process:
        for batch in steps:
            log.append(connection, batch)
        end = [ReadingTaken(unit="U1", device="END", at=datetime.now(UTC), metric="smoke", value=1)]
        log.append(connection, end)
        until(lambda: connection.execute("SELECT 1 FROM alarm WHERE device_id = 'END'").fetchone(), 60)
    undisturbed = Watched()
    undisturbed.hear(*registry, *(event for batch in [*load, end] for event in batch))
    cleared = {alarm.alarm: alarm.at for alarm in undisturbed.cleared}
    expected = [(alarm.alarm, alarm.since, cleared.get(alarm.alarm)) for alarm in undisturbed.raised]
    assert len(expected) > 500
    rows = connection.execute("SELECT id, since, cleared_at FROM alarm").fetchall()
    whole = [(id, _to_the_millisecond(since), _to_the_millisecond(until)) for id, since, until in rows]
    assert sorted(whole) == sorted((id, _to_the_millisecond(a), _to_the_millisecond(b)) for id, a, b in expected)
    told = connection.execute("SELECT count(*), count(DISTINCT id) FROM fact WHERE kind = 'alarm_raised'").fetchone()
    assert told == (len(expected), len(expected))


def _to_the_millisecond(moment: datetime | None) -> int:
    return round(moment.timestamp() * 1000) if moment else 0
