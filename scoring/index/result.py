"""What the index answers."""

from datetime import datetime

import msgspec


class Dimension(msgspec.Struct, frozen=True):
    """`score` 0..100, None without data; `weight` as laid down; `points` of the total it brings; `coverage` 0..1."""

    score: float | None
    weight: float
    points: float
    max: float
    coverage: float


class Indicator(msgspec.Struct, frozen=True, omit_defaults=True):
    """`points` of at most `max`; both are 0 for an indicator without data. `facts`: newest keys of events behind it."""

    key: str
    dimension: str
    points: float
    max: float
    value: float | None = None  # 0..1, None: no data
    facts: tuple[str, ...] = ()
    because: str = ""  # key of the sentence that says what costs; empty when nothing was lost
    since: datetime | None = None  # while an alarm is open that costs this indicator: when the oldest of them began


class Move(msgspec.Struct, frozen=True):
    """An indicator whose points changed since the index was told before: what a person reads first."""

    indicator: str
    before: float | None  # None: nothing was known
    after: float
    facts: tuple[str, ...] = ()  # that came in between and are behind it


class IndexResult(msgspec.Struct, frozen=True):
    """`total` is the sum of the indicators' points; None when too little is known to judge."""

    unit: str
    at: datetime
    total: float | None
    colour: str  # green, blue, yellow, red, none
    grade: str  # very_good, good, fair, poor, very_poor, none
    coverage: float
    dimensions: dict[str, Dimension]
    indicators: tuple[Indicator, ...]
    reasons: tuple[str, ...]  # what costs most first
    previous: float | None = None  # total as told before
    moved: tuple[Move, ...] = ()  # what moved most first
