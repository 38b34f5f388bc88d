"""The whole demo city on one machine: time until ready, processor and memory of all processes together.

`BENCH_SECONDS` sets how long it is watched after warm-up (default 120).
"""

import contextlib
import json
import os
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.figure import Figure
from bench.servers import free_port, running, until

WARM_UP_SECONDS = 90


def run() -> list[Figure]:
    watched = int(os.environ.get("BENCH_SECONDS", "120"))
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with running_house(Path(folder)) as (process, ready_after, registered_after):
            time.sleep(WARM_UP_SECONDS)
            before, started = _cpu_seconds(process), time.monotonic()
            time.sleep(watched)
            used = {name: seconds - before.get(name, 0.0) for name, seconds in _cpu_seconds(process).items()}
            elapsed = time.monotonic() - started
            memory = _memory(process)
    figures = [
        Figure(name="demo: processes ready after", value=ready_after, unit="s", goal=90, higher_is_better=False),
        Figure(
            name="demo: whole city registered after", value=registered_after, unit="s", goal=90, higher_is_better=False
        ),
        Figure(
            name="demo: processor of all processes", value=100 * sum(used.values()) / elapsed, unit="% of a core",
            goal=50, higher_is_better=False,
        ),
        Figure(
            name="demo: memory of all processes", value=sum(memory.values()), unit="MiB", goal=2048,
            higher_is_better=False,
        ),
    ]  # fmt: skip
    for name in sorted(used, key=lambda name: -used[name]):
        figures.append(Figure(name=f"demo: {name}", value=100 * used[name] / elapsed, unit="% of a core"))
        figures.append(Figure(name=f"demo: {name} memory", value=memory.get(name, 0.0), unit="MiB"))
    return figures


@contextlib.contextmanager
def running_house(folder: Path) -> Iterator[tuple[psutil.Process, float, float]]:
    ports = {name: free_port() for name in ("web", "street", "api", "ingest", "score", "jobs", "city", "mqtt", "opcua")}
    environment = {
        **os.environ,
        "SUNSHINE_DATA": str(folder / "var"),
        "MQTT_URL": f"mqtt://127.0.0.1:{ports['mqtt']}",
        "CITY_OPCUA_PORT": str(ports["opcua"]),
        **{f"{name.upper()}_PORT": str(port) for name, port in ports.items()},
    }
    log = (folder / "house.log").open("w")
    started = time.monotonic()
    command = [sys.executable, "-m", "sunshine.cli", "up", "--demo"]
    late = f"the house did not get ready; see {log.name}"
    with running(command, stop=signal.SIGINT, patience=60, env=environment, stdout=log, stderr=log) as house:
        until(lambda: _json(ports["web"], "/readyz") and _json(ports["api"], "/readyz"), 180, late, 0.2)
        ready_after = time.monotonic() - started
        until(lambda: (_json(ports["api"], "/api/v1/city") or {}).get("units", 0) >= 11_266, 300, late, 0.2)
        yield psutil.Process(house.pid), ready_after, time.monotonic() - started


def _cpu_seconds(supervisor: psutil.Process) -> dict[str, float]:
    """Processor seconds by process name, the whole tree."""
    seconds: dict[str, float] = {}
    for process in [supervisor, *supervisor.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            name = _name(process)
            seconds[name] = seconds.get(name, 0.0) + times.user + times.system
    return seconds


def _memory(supervisor: psutil.Process) -> dict[str, float]:
    """MiB by process name; shared pages are split among those who share them."""
    used: dict[str, float] = {}
    for process in [supervisor, *supervisor.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            name = _name(process)
            used[name] = used.get(name, 0.0) + process.memory_full_info().pss / 2**20
    return used


def _name(process: psutil.Process) -> str:
    line = process.cmdline()
    if line and Path(line[0]).name.startswith("postgres"):
        return "database"
    if line and "mosquitto" in line[0]:
        return "broker"
    return line[-1] if line and line[-1] != "--demo" else "supervisor"


def _json(port: int, path: str) -> dict | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None
