"""What the twin costs a processor: folding, the KPI strip, snapshots, differences, checkpoints."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import msgspec

from bench.figure import Figure
from bench.push import city_events
from streaming.events import AlarmRaised, Event, IndexChanged, ReadingTaken
from twin import checkpoint
from twin.apply import fold
from twin.frames import Touched, difference, snapshot
from twin.kpi import kpi
from twin.scope import Scope
from twin.state import EMPTY, City

READINGS = 100_000
DEVICES = 900
CITY = Scope("city")


def run() -> list[Figure]:
    now = datetime.now(UTC)
    registering = city_events(now)
    told, city = _timed(lambda: fold(EMPTY, registering))
    readings = _readings(READINGS, now)
    folding, city = _timed(lambda: fold(city, readings))
    judging, city = _timed(lambda: fold(city, _judgements(10_000, now)))
    raw, dumped = checkpoint.dump(city), _typical(lambda: checkpoint.dump(city))
    whole = msgspec.json.encode(snapshot(city, CITY, now))
    window = _readings(500, now + timedelta(days=1))
    return [
        _figure("twin: registering the city of 11,266 units", told, "s"),
        _figure("twin: one reading", folding / READINGS * 1e6, "µs", goal=10),
        _figure("twin: one index or alarm", judging / 10_000 * 1e6, "µs"),
        _figure("twin: KPI strip", _typical(lambda: kpi(city, now.date())) * 1e3, "ms", goal=1),
        _figure("twin: snapshot of the city", _typical(lambda: snapshot(city, CITY, now)) * 1e3, "ms",
                note=f"{len(whole) / 1024:.0f} KiB encoded"),
        _figure("twin: frame of 500 readings", _frame(city, window) * 1e3, "ms"),
        _figure("twin: checkpoint written", dumped * 1e3, "ms", note=f"{len(raw) / 1024:.0f} KiB"),
        _figure("twin: checkpoint read", _typical(lambda: checkpoint.load(raw)) * 1e3, "ms"),
    ]  # fmt: skip


def _figure(name: str, value: float, unit: str, goal: float | None = None, note: str = "") -> Figure:
    return Figure(name=name, value=value, unit=unit, goal=goal, note=note, higher_is_better=False)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def _typical(work: Callable[[], Any], times: int = 7) -> float:
    return median(_timed(work)[0] for _ in range(times))


def _frame(city: City, window: list[Event]) -> float:
    touched = Touched()
    for event in window:
        touched.add(event)
    after = fold(city, window)
    return _typical(lambda: difference(city, after, touched, CITY, datetime.now(UTC)))


def _readings(count: int, since: datetime) -> list[Event]:
    return [
        ReadingTaken(
            unit=f"U{n % DEVICES:06}", device=f"U{n % DEVICES:06}-FR1", metric=("temperature", "humidity")[n % 2],
            value=n % 80 / 10, at=since + timedelta(milliseconds=n),
        )
        for n in range(count)
    ]  # fmt: skip


def _judgements(count: int, at: datetime) -> list[Event]:
    told: list[Event] = []
    for n in range(count):
        unit, when = f"U{n:06}", at + timedelta(milliseconds=n)
        if n % 10:
            told.append(
                IndexChanged(unit=unit, at=when, total=70 + n % 30, colour="green", grade="good", coverage=0.8,
                             dimensions={"smart_kitchen": 80.0, "fire_safety": 90.0})
            )  # fmt: skip
        else:
            told.append(
                AlarmRaised(unit=unit, at=when, alarm=f"A{n}", rule="r", level=1 + n % 4, since=when, incident=f"I{n}",
                            reason="above_limit")
            )  # fmt: skip
    return told


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name:45} {figure.value:8.2f} {figure.unit:4} {figure.note}")
