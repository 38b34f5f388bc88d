"""Invented but plausible boundaries: a rough outline of the city cut into one piece per banner, without gaps.

A power diagram (Voronoi cells with weights) of the banner seats gives straight cuts; each cut is then roughened the
same way for both neighbours, because the displacement depends only on the two ends of the edge.
"""

import hashlib
from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any

Point = tuple[float, float]  # longitude, latitude

# The great bend of the Yellow River in the north, west and east; sandland and plateau in the south. Rough on purpose.
OUTLINE: tuple[Point, ...] = (
    (106.72, 38.30), (106.78, 38.62), (106.98, 38.92), (106.80, 39.16), (106.86, 39.44), (106.78, 39.72),
    (106.82, 40.02), (107.02, 40.26), (107.22, 40.48), (107.52, 40.68), (107.98, 40.80), (108.42, 40.72),
    (108.86, 40.62), (109.32, 40.58), (109.72, 40.56), (110.02, 40.54), (110.38, 40.48), (110.72, 40.38),
    (111.02, 40.30), (111.24, 40.16), (111.36, 39.98), (111.46, 39.78), (111.44, 39.52), (111.30, 39.34),
    (111.08, 39.30), (110.86, 39.36), (110.62, 39.26), (110.36, 39.24), (110.16, 39.14), (109.92, 39.06),
    (109.66, 38.88), (109.48, 38.62), (109.34, 38.36), (109.18, 38.12), (108.98, 37.86), (108.72, 37.66),
    (108.38, 37.60), (108.06, 37.64), (107.78, 37.74), (107.46, 37.80), (107.14, 37.92), (106.86, 38.08),
)  # fmt: skip
_SQUEEZE = cos(radians(39.3))  # a degree of longitude is this much of a degree of latitude here


def cells(sites: Mapping[str, tuple[Point, float]]) -> dict[str, list[Point]]:
    """The piece of the outline that belongs to each site. The number is its weight: heavier sites get more land."""
    pieces = {}
    for name, (site, weight) in sites.items():
        ring = outline()
        for other, (rival, rival_weight) in sites.items():
            if other != name:
                ring = _cut(ring, site, weight, rival, rival_weight)
        pieces[name] = _rough(ring)
    return pieces


def outline() -> list[Point]:
    """The boundary of the whole. Its edges are too short to be roughened again, so the pieces keep them."""
    return _rough(list(OUTLINE))


def geojson(ring: Sequence[Point]) -> dict[str, Any]:
    """A closed GeoJSON polygon, counter-clockwise as RFC 7946 asks."""
    points = [[round(x, 5), round(y, 5)] for x, y in ring]
    if _area(ring) < 0:
        points.reverse()
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def contains(ring: Sequence[Point], point: Point) -> bool:
    """Whether the point lies inside the ring (even-odd rule)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _area(ring: Sequence[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _cut(ring: list[Point], site: Point, weight: float, rival: Point, rival_weight: float) -> list[Point]:
    """The part of the ring nearer to the site than to its rival."""

    def surplus(point: Point) -> float:
        return _distance2(point, rival) - rival_weight - _distance2(point, site) + weight

    kept: list[Point] = []
    for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
        a, b = surplus(here), surplus(there)
        if a >= 0:
            kept.append(here)
        if (a >= 0) != (b >= 0):
            share = a / (a - b)
            kept.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
    return kept


def _distance2(a: Point, b: Point) -> float:
    return ((a[0] - b[0]) * _SQUEEZE) ** 2 + (a[1] - b[1]) ** 2


def _rough(ring: list[Point]) -> list[Point]:
    points: list[Point] = []
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        points += _wander(a, b)[:-1]
    return points


def _wander(a: Point, b: Point) -> list[Point]:
    """A crooked line from a to b. From b to a it is the same line."""
    if _distance2(a, b) < 0.05**2:
        return [a, b]
    first, last = sorted(((round(a[0], 6), round(a[1], 6)), (round(b[0], 6), round(b[1], 6))))
    swing = hashlib.blake2s(repr((first, last)).encode(), digest_size=2).digest()
    offset = (int.from_bytes(swing) / 65535 - 0.5) * 0.16
    middle = ((first[0] + last[0]) / 2 - offset * (last[1] - first[1]) / _SQUEEZE,
              (first[1] + last[1]) / 2 + offset * (last[0] - first[0]) * _SQUEEZE)  # fmt: skip
    return [*_wander(a, middle)[:-1], *_wander(middle, b)]
