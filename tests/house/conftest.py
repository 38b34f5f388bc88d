"""The whole product, started as a person starts it: `sunshine up --demo` with a small city on ports of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from streaming.settings import Settings
from tests.conftest import free_port, running

PROCESSES = ("web", "street", "api", "ingest", "score", "jobs", "city")


@dataclass
class House:
    """A running product and how to reach it."""

    data: Path
    ports: dict[str, int]
    supervisor: subprocess.Popen
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return Settings(sunshine_data=self.data, _env_file=None)

    def url(self, process: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[process]}{path}"

    def get(self, path: str, process: str = "api") -> dict:
        with urllib.request.urlopen(self.url(process, path), timeout=20) as answer:
            return json.load(answer)

    def text(self, path: str, process: str = "api") -> str:
        with urllib.request.urlopen(self.url(process, path), timeout=20) as answer:
            return answer.read().decode()

    def send(self, method: str, path: str, body: object) -> dict:
        request = urllib.request.Request(
            self.url("api", path),
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def publish(self, topic: str, payload: object, retain: bool = False) -> None:
        """With the same tool a stranger would use."""
        command = ["mosquitto_pub", "-p", str(self.ports["mqtt"]), "-q", "1", "-t", topic, "-m", json.dumps(payload)]
        subprocess.run([*command, "-r"] if retain else command, check=True, timeout=20)

    def process(self, name: str) -> psutil.Process:
        """The child of the supervisor that runs this command."""
        for child in psutil.Process(self.supervisor.pid).children(recursive=True):
            line = child.cmdline()
            if name in ("database", "broker"):
                if line and Path(line[0]).name == {"database": "postgres", "broker": "mosquitto"}[name]:
                    return child
            elif line[-1:] == [name] or line[-2:] == ["sunshine", name]:
                return child
        raise LookupError(f"no process {name} runs")

    def is_ready(self, name: str) -> bool:
        try:
            return bool(self.get("/readyz", name)["ready"])
        except (OSError, ValueError, urllib.error.URLError):
            return False


def eventually(question, seconds: float = 30.0, pause: float = 0.1):
    """The first true answer, or the last one when time is up."""
    until = time.monotonic() + seconds
    while True:
        try:
            answer = question()
        except (OSError, urllib.error.URLError, LookupError, psutil.NoSuchProcess):
            answer = None
        if answer or time.monotonic() > until:
            return answer
        time.sleep(pause)


def start(
    data: Path, units: int, ports: dict[str, int] | None = None
) -> tuple[list[str], dict[str, str], dict[str, int]]:
    """Command, environment and ports of a house of its own."""
    ports = ports or {name: free_port() for name in (*PROCESSES, "mqtt", "opcua")}
    environment = {
        **os.environ,
        "SUNSHINE_DATA": str(data),
        "MQTT_URL": f"mqtt://127.0.0.1:{ports['mqtt']}",
        "CITY_UNITS": str(units),
        "CITY_OPCUA_PORT": str(ports["opcua"]),
        **{f"{name.upper()}_PORT": str(ports[name]) for name in PROCESSES},
    }
    return [sys.executable, "-m", "sunshine.cli", "up", "--demo"], environment, ports


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="sunshine-house-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "var"
        command, environment, ports = start(data, units=150)
        log = (Path(folder) / "house.log").open("w")
        with running(command, stop=signal.SIGINT, env=environment, stdout=log, stderr=subprocess.STDOUT) as supervisor:
            house = House(data, ports, supervisor, environment)
            names = [name for name in PROCESSES if name != "city"]
            ready = eventually(lambda: all(house.is_ready(name) for name in names), seconds=120)
            registered = ready and eventually(lambda: house.get("/api/v1/city")["units"], seconds=120)
            if not registered:
                pytest.fail("the house did not get ready:\n" + Path(log.name).read_text()[-6000:])
            yield house
