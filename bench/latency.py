"""From the publish of a message to the moment its committed row is known to a reader of the log.

`BENCH_LATENCY_SECONDS` sets how long each rate is measured (default 10).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.figure import Figure
from bench.pipes import Pipes
from streaming.events import ReadingTaken
from streaming.log.postgres import PostgresLog

GOALS_MS = {10: 30, 300: 30, 1_000: 60, 5_000: 150}  # p95 by messages a second


def run() -> list[Figure]:
    seconds = float(os.environ.get("BENCH_LATENCY_SECONDS", "10"))
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Pipes(Path(folder), devices=500) as pipes:
            pipes.start_ingest()
            for rate, goal in GOALS_MS.items():
                busy = pipes.ingest_cpu_seconds()
                took = _latencies(pipes, rate, int(rate * seconds))
                busy = 100 * (pipes.ingest_cpu_seconds() - busy) / seconds
                name = f"publish to committed row at {rate:,} msg/s"
                figures += [
                    Figure(name=f"{name}, p50", value=float(np.percentile(took, 50)), unit="ms"),
                    Figure(name=f"{name}, p95", value=float(np.percentile(took, 95)), unit="ms", goal=goal,
                           higher_is_better=False, note=f"ingest uses {busy:.0f} % of a core"),
                ]  # fmt: skip
    return figures


def _latencies(pipes: Pipes, rate: int, messages: int) -> list[float]:
    """Milliseconds for each message; the first tenth is warm-up."""
    log = PostgresLog(pipes.database)
    offset, took = log.head(), []
    command = [sys.executable, "-m", "bench.publisher", str(pipes.mqtt_port), str(messages), "1", str(rate)]
    publisher = subprocess.Popen(command)
    end = time.monotonic() + 120
    while len(took) < messages:
        if time.monotonic() > end:
            raise TimeoutError(f"{messages - len(took)} messages never became rows")
        log.wait(1)
        for batch in log.read(offset):
            offset, now = batch.offset, time.time()
            took += [1000 * (now - event.at.timestamp()) for event in batch.events if isinstance(event, ReadingTaken)]
    publisher.wait()
    log.close()
    return took[messages // 10 :]


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name}: {figure.value:,.1f} {figure.unit}", figure.note)
