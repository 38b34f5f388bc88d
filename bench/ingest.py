"""MQTT to committed rows with one ingest process, beside a subscriber that throws away and the broker's own limit.

`BENCH_MESSAGES` sets the burst (default 200,000).
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gmqtt
import numpy as np
import psutil
import psycopg

from bench.figure import Figure
from bench.pipes import Pipes
from bench.servers import until
from streaming.events import ReadingTaken
from streaming.intake import Intake
from streaming.log.postgres import PostgresLog
from streaming.registry import Registry

TOPICS = [f"sunshine/v1/U000001/D{n}/telemetry" for n in range(500)]
ALL = "sunshine/v1/#"


def run() -> list[Figure]:
    messages = int(os.environ.get("BENCH_MESSAGES", "200000"))
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Pipes(Path(folder), devices=500) as pipes:
            limit = _median(lambda: _read(pipes, "raw", messages))
            bare = _median(lambda: _read(pipes, "gmqtt", messages))
            pipes.start_ingest()
            ingested = _median(lambda: _ingest(pipes, messages, qos=1))
            before = pipes.ingest_memory()
            unacknowledged = _median(lambda: _ingest(pipes, messages, qos=0))
            after = pipes.ingest_memory()
            pipes.stop_ingest()
            whole = _intake(pipes)
    return [
        Figure(name="ingest: QoS 1 to committed rows", value=ingested, unit="msg/s", peer_name="bare gmqtt subscriber",
               peer_value=bare, goal=0.70),
        Figure(name="ingest: QoS 1 to committed rows", value=ingested, unit="msg/s", peer_name="broker's own limit",
               peer_value=limit, goal=0.50),
        Figure(name="ingest: QoS 0 to committed rows", value=unacknowledged, unit="msg/s", goal=40_000),
        Figure(name="ingest: whole intake (judged, stored, counted, told), batches of 1,000", value=whole,
               unit="readings/s"),
        Figure(name="ingest: memory after the bursts", value=after, unit="MiB", peer_name="before the last ones",
               peer_value=before, goal=1.25, higher_is_better=False),
    ]  # fmt: skip


def _median(measure: Callable[[], float]) -> float:
    return float(np.median([measure() for _ in range(3)]))


def _ingest(pipes: Pipes, messages: int, qos: int) -> float:
    """Messages a second from the first publish to the last committed row."""
    with psycopg.connect(pipes.database, autocommit=True) as connection:
        before = _count(connection)
        started = time.monotonic()
        publisher = _publisher(pipes.mqtt_port, messages, qos)
        until(lambda: _count(connection) >= before + messages, 120, "not all messages became rows")
        elapsed = time.monotonic() - started
        publisher.wait()
    return messages / elapsed


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT coalesce(sum(total), 0) FROM tally WHERE thing = 'readings'").fetchone()
    return int(row[0]) if row else 0


def _read(pipes: Pipes, how: str, messages: int) -> float:
    """Messages a second that a subscriber reads at QoS 1 and throws away, acknowledged as they come."""
    return asyncio.run((_read_raw if how == "raw" else _read_gmqtt)(pipes.mqtt_port, messages))


async def _read_gmqtt(port: int, messages: int) -> float:
    seen, done = 0, asyncio.Event()

    def on_message(*_: object) -> int:
        nonlocal seen
        seen += 1
        if seen >= messages:
            done.set()
        return 0

    client = gmqtt.Client("bare", clean_session=True, receive_maximum=65535)
    client.on_message = on_message
    await client.connect("127.0.0.1", port)
    client.subscribe(ALL, qos=1)
    await asyncio.sleep(0.3)
    started = time.monotonic()
    publisher = _publisher(port, messages, 1)
    await asyncio.wait_for(done.wait(), 120)
    elapsed = time.monotonic() - started
    publisher.wait()
    await client.disconnect()
    return messages / elapsed


async def _read_raw(port: int, messages: int) -> float:
    """The least a subscriber can do: cut packets and write their acknowledgements back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.write(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x00\x00\x04bare")
    await reader.readexactly(4)
    writer.write(b"\x82" + bytes([5 + len(ALL)]) + b"\x00\x01" + len(ALL).to_bytes(2, "big") + ALL.encode() + b"\x01")
    await reader.readexactly(5)
    started = time.monotonic()
    publisher = _publisher(port, messages, 1)
    seen, raw = 0, b""
    while seen < messages:
        raw += await reader.read(1 << 18)
        acknowledgements, at = [], 0
        while True:
            size, head = _size(raw, at)
            if head == 0 or at + head + size > len(raw):
                break
            topic = at + head + 2 + (raw[at + head] << 8 | raw[at + head + 1])
            acknowledgements.append(b"\x40\x02" + raw[topic : topic + 2])
            at += head + size
        raw = raw[at:]
        seen += len(acknowledgements)
        writer.write(b"".join(acknowledgements))
    elapsed = time.monotonic() - started
    publisher.wait()
    writer.close()
    return messages / elapsed


def _size(raw: bytes, at: int) -> tuple[int, int]:
    """Length of what follows the fixed header, and of that header; 0 when it is not all there."""
    size, shift = 0, 0
    for position in range(at + 1, min(at + 5, len(raw))):
        size |= (raw[position] & 0x7F) << shift
        shift += 7
        if raw[position] < 0x80:
            return size, position - at + 1
    return 0, 0


def _publisher(port: int, messages: int, qos: int) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "bench.publisher", str(port), str(messages), str(qos)])


def _intake(pipes: Pipes) -> float:
    """Readings a second in transactions of 1,000 with all that belongs to them; `store` measures the rows alone."""
    with psycopg.connect(pipes.database, autocommit=True) as connection:
        intake = Intake(Registry.loaded(connection), PostgresLog(pipes.database), process="bench")
        now = datetime.now(UTC).replace(microsecond=0)
        devices = [f"D{n}" for n in range(500)]
        seconds = []
        for n in range(60):
            batch = _batch(devices, now - timedelta(days=2) + timedelta(seconds=2 * n))
            started = time.perf_counter()
            with connection.transaction():
                intake.accept(connection, batch, now, source="bench")
            seconds.append(time.perf_counter() - started)
    return 1_000 / float(np.median(seconds))


def _batch(devices: list[str], at: datetime) -> list[ReadingTaken]:
    return [
        ReadingTaken(unit="U000001", device=device, metric="temperature", value=4.5, at=at + timedelta(seconds=second))
        for second in (0, 1)
        for device in devices
    ]


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name}: {figure.value:,.0f} {figure.unit}", figure.peer_name, figure.peer_value, figure.ratio)
    print(f"{psutil.cpu_count()} processors")
