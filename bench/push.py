"""From a fact in the log to a frame at many clients, on real processes: database, web server, clients.

Readings are appended as ingest would: each alone at 10 a second, else in batches of 10 ms. Their time is the moment
just before the append, so the figures hold the commit, the NOTIFY, the fold, the frame's window and the wire.
"""

import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from bench.figure import Figure
from bench.servers import database_server, free_port, running, wait_for_port
from streaming.database import migrate
from streaming.events import AreaDrawn, DeviceRegistered, Event, ReadingTaken, UnitRegistered
from streaming.log.postgres import PostgresLog

ROOT = Path(__file__).parents[1]
UNITS, DEVICES = 11266, 900  # three metrics each: about 2,700 sensing points
SECONDS = 8
RATES = ((10, 30), (300, 130), (1000, 130), (5000, 130))  # readings a second, goal for p95 in ms
METRICS = ("temperature", "humidity", "door")


def run() -> list[Figure]:
    figures = []
    with _database() as url:
        _tell_of_city(url)
        with _server(url) as (port, server), _clients(port, 50) as clients:
            for rate, goal in RATES:
                figures += _at_rate(url, server, clients, rate, goal)
        with _server(url) as (port, server), _clients(port, 800) as clients:
            ours = _to_many(url, server, clients)
    bare_server = [sys.executable, "-m", "bench.push_peer"]
    with (
        _listening(bare_server) as (port, server),
        _clients(port, 800) as clients,
        _measured(server, clients) as bare,
    ):
        time.sleep(10)
    return figures + _beside(ours, bare)


def _at_rate(url: str, server: psutil.Process, clients: subprocess.Popen, rate: int, goal: int) -> list[Figure]:
    pause = 1 / rate if rate <= 10 else 0.01
    with _measured(server, clients) as found:
        _publish(url, round(rate * pause), pause, SECONDS)
    name = f"push: {rate} readings/s to 50 clients"
    note = (
        f"{found['count'] / SECONDS:.1f} frames/s of {found['bytes']:.0f} B, server {found['cpu']:.0f} % of a core, "
        f"on the wire p95 {found['frames']['p95']:.0f} ms"
    )
    return [
        Figure(name=f"{name}, p50", value=found["readings"]["p50"], unit="ms", higher_is_better=False, note=note),
        Figure(name=f"{name}, p95", value=found["readings"]["p95"], unit="ms", goal=goal, higher_is_better=False),
    ]


def _to_many(url: str, server: psutil.Process, clients: subprocess.Popen) -> dict:
    with _measured(server, clients) as found:
        _publish(url, 25, 0.5, 15)
    return found


def _beside(ours: dict, bare: dict) -> list[Figure]:
    """Goals are on our own values; the bare server says what this machine had left to give in the same run."""
    peer = "bare websockets"
    note = f"{ours['count'] / 15:.1f} frames/s of {ours['bytes']:.0f} B, {ours['missed']} missed; goal "
    name = "push: 800 clients, city frames at 2 Hz"
    return [
        Figure(
            name=f"{name}, server to client p95", value=ours["frames"]["p95"], unit="ms", higher_is_better=False,
            peer_name=peer, peer_value=bare["frames"]["p95"], note=note + "100 ms",
        ),
        Figure(
            name=f"{name}, server", value=ours["cpu"], unit="% of a core", higher_is_better=False, peer_name=peer,
            peer_value=bare["cpu"], note="goal 20 %",
        ),
    ]  # fmt: skip


def _publish(url: str, batch: int, pause: float, seconds: float) -> None:
    chance, log = random.Random(7), PostgresLog(url)
    with psycopg.connect(url) as connection:
        begin = time.monotonic()
        due = begin
        while (now := time.monotonic()) < begin + seconds:
            if now < due:
                time.sleep(due - now)
            log.append(connection, [_reading(chance) for _ in range(batch)])
            connection.commit()
            due += pause


def _reading(chance: random.Random) -> Event:
    number = chance.randrange(DEVICES)
    return ReadingTaken(
        unit=f"U{number:06}", device=f"U{number:06}-FR1", metric=chance.choice(METRICS),
        value=round(chance.uniform(0, 8), 1), at=datetime.now(UTC),
    )  # fmt: skip


def city_events(at: datetime) -> list[Event]:
    """A whole city's units, some of them with a monitored refrigerator."""
    events: list[Event] = [
        AreaDrawn(unit="", at=at, area=f"banner{n}", level="banner", name=f"旗区{n}") for n in range(9)
    ]
    for n in range(UNITS):
        place = {"area": f"banner{n % 9}", "street": f"banner{n % 9}-s{n % 40:02}"}
        events.append(UnitRegistered(unit=f"U{n:06}", at=at, name=f"餐饮单位{n}", business_type="small", **place))
    events += [
        DeviceRegistered(
            unit=f"U{n:06}", at=at, device=f"U{n:06}-FR1", device_kind="fridge_temp_humidity", room="后厨",
            name=f"冷藏柜{n}", interval_seconds=300,
        )
        for n in range(DEVICES)
    ]  # fmt: skip
    return events


def _tell_of_city(url: str) -> None:
    events, log = city_events(datetime.now(UTC)), PostgresLog(url)
    with psycopg.connect(url) as connection:
        for start in range(0, len(events), 2000):
            log.append(connection, events[start : start + 2000])
            connection.commit()


@contextlib.contextmanager
def _measured(server: psutil.Process, clients: subprocess.Popen) -> Iterator[dict]:
    """What the clients saw and the server used while the block ran."""
    found: dict = {}
    time.sleep(1)
    _ask(clients, "begin")
    used, since = sum(server.cpu_times()[:2]), time.monotonic()
    yield found
    time.sleep(1)
    elapsed = time.monotonic() - since
    found["cpu"] = 100 * (sum(server.cpu_times()[:2]) - used) / elapsed
    _ask(clients, "end")
    assert clients.stdout is not None
    found.update(json.loads(clients.stdout.readline()))


def _ask(clients: subprocess.Popen, word: str) -> None:
    assert clients.stdin is not None
    clients.stdin.write(word + "\n")
    clients.stdin.flush()


@contextlib.contextmanager
def _database() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as url:
            migrate(url)
            yield url


@contextlib.contextmanager
def _server(url: str) -> Iterator[tuple[int, psutil.Process]]:
    with _listening([sys.executable, "-m", "bench.live_server", url], "gevent") as found:
        yield found


@contextlib.contextmanager
def _listening(command: list[str], *more: str) -> Iterator[tuple[int, psutil.Process]]:
    """A child that is given a free port as its next argument and listens there."""
    port = free_port()
    with running([*command, str(port), *more], cwd=ROOT) as process:
        wait_for_port(port, 30)
        yield port, psutil.Process(process.pid)


@contextlib.contextmanager
def _clients(port: int, count: int) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "bench.push_clients", str(port), str(count)]
    with running(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the clients did not connect")
        yield process


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name:60} {figure.value:8.1f} {figure.unit:12} {figure.peer_value or ''} {figure.note}")
