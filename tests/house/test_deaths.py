"""Anything may be killed at any moment: the house mends itself and goes on."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.conftest import running
from tests.house.conftest import PROCESSES, House, eventually, start

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.parametrize("victim", ["web", "score", "ingest", "api", "jobs", "broker", "database"])
def test_a_killed_process_is_back_and_readings_flow_again(house: House, victim):
    before = house.process(victim).pid
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: house.process(victim).pid != before, 30), f"{victim} was not started again"
    names = [name for name in PROCESSES if name != "city"]
    assert eventually(lambda: all(house.is_ready(name) for name in names), 90), f"not ready after {victim} died"
    stamp = round(2 + time.time() % 5, 2)  # a cold one: other tests of this house count alarms
    unit = house.get("/api/v1/devices?kind=fridge_temp_humidity&limit=1")["items"][0]["unit_id"]
    device = {"id": f"{unit}-AFTER-{victim}", "unit_id": unit, "kind": "fridge_temp_humidity"}
    house.send("POST", "/api/v1/devices", device)
    house.publish(f"sunshine/v1/{unit}/{device['id']}/telemetry", {"temperature": stamp})
    assert eventually(lambda: str(stamp) in str(house.get(f"/api/v1/devices/{device['id']}")["readings"]), 30)


def test_ctrl_c_stops_everything_and_a_second_start_continues_with_the_data_of_the_first():
    with tempfile.TemporaryDirectory(prefix="sunshine-twice-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        command, environment, ports = start(Path(folder) / "var", units=20)
        counts = []
        for _ in range(2):
            with running(command, stop=signal.SIGINT, env=environment, stdout=subprocess.DEVNULL) as supervisor:
                house = House(Path(folder) / "var", ports, supervisor)
                assert eventually(lambda house=house: house.get("/api/v1/city")["units"] == 20, 120)
                counts.append(house.get("/api/v1/quarantine?limit=1"))
                children = [house.process(name) for name in ("database", "broker", "web", "ingest")]
            assert supervisor.returncode == 0
            assert not any(child.is_running() for child in children)
        assert len(counts) == 2
