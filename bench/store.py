"""Stored rows a second through our own store function, beside raw binary COPY of rows packed beforehand."""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg
from psycopg import Connection

from bench.figure import Figure
from bench.servers import database_server
from streaming.database import migrate
from streaming.timeseries.copy import copy_readings, packed

ROUNDS = 15
SERIES = 2_700
COPY = "COPY reading (device_no, metric_no, at, value, quality) FROM STDIN (FORMAT BINARY)"


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            with psycopg.connect(database) as connection:
                return [figure(connection, batch) for batch in (1_000, 10_000)]


def figure(connection: Connection, batch: int) -> Figure:
    """Both ways in turn, so that what else the machine does meets them alike; a commit for each batch."""
    ours, raw = [], []
    for turn in range(2 * ROUNDS):
        batches = [rows(turn * 10 + part, batch) for part in range(10)]
        if turn % 2:
            wires = [packed(*columns) for columns in batches]
            started = time.perf_counter()
            for wire in wires:
                with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                    copy.write(wire)
                connection.commit()
            raw.append(10 * batch / (time.perf_counter() - started))
        else:
            started = time.perf_counter()
            for columns in batches:
                copy_readings(connection, *columns)
                connection.commit()
            ours.append(10 * batch / (time.perf_counter() - started))
        connection.execute("TRUNCATE reading")
        connection.commit()
    return Figure(
        name=f"readings stored, batches of {batch:,}",
        value=statistics.median(ours),
        unit="rows/s",
        peer_name="raw binary COPY",
        peer_value=statistics.median(raw),
        goal=0.85,
        note=f"median of {ROUNDS}",
    )


def rows(number: int, batch: int) -> tuple[list[int], list[int], list[int], list[float]]:
    """Columns as ingest has them: plain lists. All series in turn, five minutes apart, from now on."""
    index = np.arange(batch) + number * batch
    now = int(time.time() * 1_000_000)
    ats = now + index // SERIES * 300_000_000 + index % SERIES
    return (index % SERIES).tolist(), np.ones(batch, int).tolist(), ats.tolist(), (index % 97 / 10).tolist()
