"""How one cell of a registry table is read. Each reader takes the text of a cell that is not empty."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from math import isfinite
from typing import Any

from records.sheet import Wrong

_IDENTIFIER = re.compile(r"[^\s/+#,;\"'\\?%\x00-\x1f]{1,64}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00)?)?")


def narrow(cell: str) -> str:
    """Full-width digits, letters and signs as their ordinary forms."""
    return unicodedata.normalize("NFKC", cell).strip()


def text(longest: int = 200) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise Wrong(f"{len(cell)} characters; allowed are at most {longest}")
        return cell

    return read


def identifier(cell: str) -> str:
    """Ids travel in topics and addresses, so the characters that mean something there are not allowed."""
    if not _IDENTIFIER.fullmatch(cell):
        raise Wrong("allowed are 1 to 64 characters without spaces and / + # , ; ? % and quotation marks")
    return cell


def plain(value: float) -> str:
    """A number as people write it: never 2.592e+06."""
    return f"{value:.15g}" if abs(value) < 1e15 else f"{value:g}"


def number(low: float, high: float) -> Callable[[str], float]:
    def read(cell: str) -> float:
        try:
            value = float(narrow(cell))
        except ValueError:
            raise Wrong(f"not a number; allowed are {plain(low)} to {plain(high)}") from None
        if not low <= value <= high:
            raise Wrong(f"out of range; allowed are {plain(low)} to {plain(high)}")
        return value

    return read


def whole_number(low: int, high: int) -> Callable[[str], int]:
    inside = number(low, high)

    def read(cell: str) -> int:
        value = inside(cell)
        if value != int(value):
            raise Wrong(f"not a whole number; allowed are {low} to {high}")
        return int(value)

    return read


def choice(names: Mapping[str, tuple[str, ...]]) -> Callable[[str], str]:
    """One of the keys, by the key itself or one of its names."""
    known = {narrow(name).lower(): key for key, others in names.items() for name in (key, *others)}
    allowed = ", ".join(f"{key} ({others[0]})" if others else key for key, others in names.items())

    def read(cell: str) -> str:
        key = known.get(narrow(cell).lower())
        if key is None:
            raise Wrong(f"unknown; allowed are {allowed}")
        return key

    return read


_YES_OR_NO = choice({"true": ("是", "1", "yes", "y", "t"), "false": ("否", "0", "no", "n", "f")})


def yes_or_no(cell: str) -> bool:
    return _YES_OR_NO(cell) == "true"


def day(cell: str) -> date:
    found = _DATE.fullmatch(narrow(cell))
    if not found:
        raise Wrong("not a date; allowed is 2026-06-18")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Wrong("there is no such day; allowed is 2026-06-18") from None


def time_of_day(cell: str) -> time:
    found = _TIME.fullmatch(narrow(cell))
    if not found:
        raise Wrong("not a time of day; allowed is 08:30")
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59:
        raise Wrong("there is no such time of day; allowed are 00:00 to 24:00")
    return time(hour, minute)


def polygon(cell: str) -> str:
    """A GeoJSON polygon or multi-polygon, kept as text."""
    allowed = "allowed is a GeoJSON geometry of type Polygon or MultiPolygon with WGS-84 coordinates"
    try:
        geometry = json.loads(cell)
    except (ValueError, RecursionError):
        raise Wrong(f"not JSON; {allowed}") from None
    depth = {"Polygon": 3, "MultiPolygon": 4}.get(str(geometry.get("type"))) if isinstance(geometry, dict) else None
    if depth is None or not _is_nested(geometry.get("coordinates"), depth):
        raise Wrong(f"not such a geometry; {allowed}")
    kept = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
    return json.dumps(kept, separators=(",", ":"), allow_nan=False)


def _is_nested(value: Any, depth: int) -> bool:
    """Whether `value` is lists in lists, `depth` deep, down to positions on the globe."""
    if depth == 1:
        numbers = isinstance(value, list) and len(value) in (2, 3) and all(type(part) in (int, float) for part in value)
        return numbers and abs(value[0]) <= 180 and abs(value[1]) <= 90 and isfinite(value[-1])
    return isinstance(value, list) and bool(value) and all(_is_nested(part, depth - 1) for part in value)


LATITUDE = number(-90, 90)
LONGITUDE = number(-180, 180)
