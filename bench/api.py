"""The API on a full city: files in, figures out. Peers are the bare database and the bare network, in the same run."""

import contextlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench.figure import Figure
from bench.servers import database_server, free_port, running, wait_for_port
from records.city import figures
from sensors.city.registry import export
from streaming.database import migrate

UNITS, SEED = 11_266, 20_241
ANSWERS = 200

# Every unit judged, every device heard: what the judges hold on an ordinary morning.
JUDGED = """
    INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, open_alarms, as_of)
    SELECT id, 60 + hashtext(id) % 40, 'green', 'good', 0.8, '{}', 0, now() FROM unit
"""
HEARD = """
    INSERT INTO device_state (device_id, unit_id, online, seen_at, changed_at, readings)
    SELECT id, unit_id, hashtext(id) % 10 <> 0, now(), now(),
           CASE WHEN interval_seconds > 0 THEN jsonb_build_object(
               'temperature', jsonb_build_object('value', 4.2, 'at', now()),
               'humidity', jsonb_build_object('value', 61, 'at', now())) ELSE '{}' END
      FROM device
"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-") as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            files = {path.stem: path for path in export(Path(folder) / "city", UNITS, SEED)}
            with _api(database) as port:
                found = [_import(port, what, path) for what, path in files.items()]
                found.append(_import(port, "units", files["units"], again=True))
                with psycopg.connect(database, autocommit=True) as connection:
                    for statement in (JUDGED, HEARD):
                        connection.execute(statement.encode())
                    connection.execute("ANALYZE")
                    return found + _answers(port, connection)


def _import(port: int, what: str, path: Path, again: bool = False) -> Figure:
    body = path.read_bytes()
    started = time.perf_counter()
    answer = json.loads(_ask(port, "POST", f"/api/v1/import/{what}", body))
    seconds = time.perf_counter() - started
    rows = answer["imported"] + answer["unchanged"]
    name = f"import {rows:,} {what}" + (", nothing new" if again else "")
    return Figure(name=name, value=seconds, unit="s", goal=10, higher_is_better=False)


def _answers(port: int, connection: psycopg.Connection) -> list[Figure]:
    bare = _median(lambda: figures(connection, datetime.now(UTC)), 30)
    shortest = _median(lambda: _ask(port, "GET", "/healthz"), ANSWERS)
    found = [
        Figure(name="city KPI from the database", value=bare, unit="ms", goal=50, higher_is_better=False),
    ]
    for name, path, times, goal in (
        ("GET /city", "/api/v1/city", 30, 50),
        ("GET /units/{id}", "/api/v1/units/U005000", ANSWERS, None),
        ("GET /units, a page of 100", "/api/v1/units?limit=100", 50, None),
        ("GET /units?q=", "/api/v1/units?q=U0112", 30, None),
        ("GET /devices?area=, a page of 100", "/api/v1/devices?area=dongsheng&limit=100", 50, None),
        ("GET /units.geojson, 11,266 points", "/api/v1/units.geojson", 5, None),
        ("GET /metrics, every newest reading", "/metrics", 5, None),
    ):
        value = _median(lambda path=path: _ask(port, "GET", path), times)  # type: ignore[misc]
        note = f"/healthz on the same server: {shortest:.1f} ms"
        found.append(Figure(name=name, value=value, unit="ms", goal=goal, higher_is_better=False, note=note))
    return found


def _median(work: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def _ask(port: int, method: str, path: str, body: bytes | None = None) -> bytes:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request(method, path, body)
        response = connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]!r}")
        return answer


@contextlib.contextmanager
def _api(database: str) -> Iterator[int]:
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": database, "API_PORT": str(port)}
    with running([sys.executable, "-m", "sunshine.cli", "api"], env=environment):
        wait_for_port(port, 30)
        yield port
