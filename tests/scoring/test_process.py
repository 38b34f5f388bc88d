"""The score process as it is started in earnest."""

import json
import os
import signal
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from streaming.events import ReadingTaken
from streaming.log.postgres import PostgresLog
from tests.conftest import free_port, running, wait_for_port
from tests.scoring.kitchens import a_device, a_unit


def ask(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return answer.read().decode()


def until(question, seconds: float = 20):
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
        until(lambda: 'sunshine_alarms_open{level="1"} 1.0' in ask(port, "/metrics"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
