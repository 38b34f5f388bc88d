"""What a part of the city costs: the same questions for one banner and for everybody, in one run."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench import town
from bench.api import HEARD, JUDGED
from bench.figure import Figure
from bench.servers import database_server
from command_center import city as pages
from records.alarms.store import Alarms
from records.city import figures
from records.units.store import Units
from streaming.database import migrate, open_pool, open_viewers, seeing
from streaming.grid import Grid
from streaming.live import View
from streaming.log import Batch
from twin.apply import fold
from twin.live import TwinSource
from twin.state import EMPTY

UNITS, SECONDS = 11_266, 15
BANNER = Grid(("ordos/dongsheng",))
SCHOOLS = Grid(("ordos",), ("school",))

QUESTIONS: tuple[tuple[str, Callable[[psycopg.Connection], Any]], ...] = (
    ("units of the map", pages.units),
    ("names", pages.names),
    ("search", lambda connection: pages.search(connection, "面")),
    ("a page of units", lambda connection: Units(connection).page("", 101)),
    ("a page of alarms", lambda connection: Alarms(connection).page(None, "", 101)),
    ("figures of the city", lambda connection: figures(connection, datetime.now(UTC))),
)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            small = town.register(database, UNITS, cameras=False)
            with psycopg.connect(database, autocommit=True) as connection:
                for statement in (JUDGED, HEARD, "ANALYZE"):
                    connection.execute(statement.encode())
            return [*_questions(database), *_frames(small)]


def _questions(database: str) -> list[Figure]:
    found = []
    with open_pool(database, size=1) as service, open_viewers(database, size=1) as viewers:
        for name, question in QUESTIONS:
            with service.connection() as connection:
                whole = _typical(lambda question=question, on=connection: question(on))  # type: ignore[misc]
            with seeing(viewers, BANNER) as connection:
                part = _typical(lambda question=question, on=connection: question(on))  # type: ignore[misc]
            found.append(_figure(f"access: {name}, one banner", part, "without policies, the whole city", whole, 5))
    return found


def _frames(small: Any) -> list[Figure]:
    """One second's news of the whole city (300 readings, 20 changed indices) as a frame for all and for a grid."""
    now = datetime.now(UTC)
    cities, told = [fold(EMPTY, [*town.registrations(small), *town.indices(small, now)])], []
    for second in range(1, SECONDS + 1):
        at = now + timedelta(seconds=second)
        told.append([*town.readings(small.sensors[:150], at, seed=second), *town.indices(small, at, seed=second)[:20]])
        cities.append(fold(cities[-1], told[-1]))

    def costs(grid: Grid) -> tuple[float, float]:
        source, view = TwinSource(), View.of("city", grid)
        source.on_ready(cities[0])
        source.open(view)
        began = time.perf_counter()
        source.snapshot(view)
        opened, taken = time.perf_counter() - began, []
        for before, after, news in zip(cities, cities[1:], told, strict=False):
            began = time.perf_counter()
            source.on_batch(before, after, Batch(1, now, news))
            source.frame(view, beat=True)
            taken.append(time.perf_counter() - began)
        return opened * 1e3, statistics.median(taken) * 1e3

    whole, part, typed = costs(Grid(("*",))), costs(BANNER), costs(SCHOOLS)
    return [
        _figure("access: frame of a banner", part[1], "frame of the whole city", whole[1], 2),
        _figure("access: frame of one type of business", typed[1], "frame of the whole city", whole[1], 2),
        _figure("access: first snapshot of one type of business", typed[0], "that of the whole city", whole[0], 2),
    ]


def _figure(name: str, value: float, peer: str, peer_value: float, goal: float) -> Figure:
    return Figure(
        name=name, value=value, unit="ms", peer_name=peer, peer_value=peer_value, goal=goal, higher_is_better=False
    )


def _typical(work: Callable[[], object], times: int = 15) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return statistics.median(taken)


if __name__ == "__main__":
    print(json.dumps([(one.name, round(one.value, 2), round(one.peer_value or 0, 2)) for one in run()], indent=1))
