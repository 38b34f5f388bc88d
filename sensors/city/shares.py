"""Dividing a whole number in proportion without losing or inventing one."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key")

UNITS_OF_PLAN = 11_266
# The plan's licensed units by business type.
UNITS: dict[str, int] = {
    "extra_large": 28,
    "large": 232,
    "medium": 1_589,
    "small": 8_059,
    "beverage": 115,
    "school": 463,
    "elderly": 54,
    "medical": 10,
    "government": 597,
    "nursery": 17,
    "mobile": 102,
}
CAMERA_ROUTES = 15_672
# Cameras a unit of each type should have; together 19,320, of which the plan connects 15,672.
CAMERAS_EACH: dict[str, int] = {
    "extra_large": 6, "large": 4, "medium": 4, "small": 1, "beverage": 1, "school": 4, "elderly": 8, "medical": 8,
    "government": 2, "nursery": 8, "mobile": 0,
}  # fmt: skip
SENSING_POINTS = 2_682  # 894 units x 3, the plan's own formula for readings a year


def apportion(total: int, weights: Mapping[Key, float], at_least: int = 0) -> dict[Key, int]:
    """`total` split by weight (largest remainder); every key with a weight gets `at_least`, if there are enough."""
    wanted = [key for key, weight in weights.items() if weight > 0]
    if total < at_least * len(wanted):
        wanted = sorted(wanted, key=lambda key: -weights[key])[:total]
    whole = sum(weights[key] for key in wanted)
    exact = {key: total * weights[key] / whole for key in wanted}
    parts = {key: max(int(exact[key]), at_least) for key in wanted}
    by_remainder = sorted(wanted, key=lambda key: (exact[key] - parts[key], weights[key]), reverse=True)
    while (missing := total - sum(parts.values())) != 0:
        for key in by_remainder if missing > 0 else reversed(by_remainder):
            if missing > 0:
                parts[key], missing = parts[key] + 1, missing - 1
            elif missing < 0 and parts[key] > at_least:
                parts[key], missing = parts[key] - 1, missing + 1
            if missing == 0:
                break
    return {key: parts.get(key, 0) for key in weights}


def units_by_type(units: int) -> dict[str, int]:
    """The plan's mix of business types in a city of that many units."""
    if units == UNITS_OF_PLAN:
        return dict(UNITS)
    return apportion(units, UNITS, at_least=1)


def cameras_by_type(counts: Mapping[str, int]) -> dict[str, int]:
    """How many cameras the units of each type have together."""
    units = sum(counts.values())
    wanted = {kind: count * CAMERAS_EACH[kind] for kind, count in counts.items()}
    total = min(round(CAMERA_ROUTES * units / UNITS_OF_PLAN), sum(wanted.values()))
    return apportion(total, wanted)


def spread(total: int, places: int) -> Sequence[int]:
    """`total` things over `places` as evenly as whole numbers allow, the extra ones spaced out."""
    return [(place + 1) * total // places - place * total // places for place in range(places)] if places else []
