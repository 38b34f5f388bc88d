"""Polygons on the globe: checked, and asked whether they hold a point."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

Ring = list[list[float]]
DEPTH = {"Polygon": 3, "MultiPolygon": 4}


class WrongGeometry(ValueError):
    """Says what is wrong, and with which value of which field."""

    def __init__(self, field: str, value: Any, reason: str):
        super().__init__(reason)
        self.field, self.value = field, value


def normal(geometry: Any) -> dict[str, Any]:
    """The geometry without anything but its type and pairs of longitude and latitude. Raises WrongGeometry."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in DEPTH:
        raise WrongGeometry("geometry", kind, "allowed are Polygon and MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise WrongGeometry("coordinates", coordinates, "it has no polygon")
    checked = [_polygon(polygon) for polygon in polygons]
    return {"type": kind, "coordinates": checked[0] if kind == "Polygon" else checked}


def _polygon(polygon: Any) -> list[Ring]:
    if not isinstance(polygon, list) or not polygon:
        raise WrongGeometry("coordinates", polygon, "a polygon is a list of rings, the outer one first")
    return [_ring(ring) for ring in polygon]


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4:
        raise WrongGeometry("coordinates", ring, "a ring needs four positions at least, the last like the first")
    positions = [_position(position) for position in ring]
    if positions[0] != positions[-1]:
        raise WrongGeometry("coordinates", ring[-1], f"the ring is not closed: it begins at {ring[0]}")
    return positions


def _position(position: Any) -> list[float]:
    numbers = (
        isinstance(position, list) and len(position) in (2, 3) and all(type(one) in (int, float) for one in position)
    )
    if not numbers or not all(map(isfinite, position)):
        raise WrongGeometry("coordinates", position, "a position is two numbers, [longitude, latitude]")
    longitude, latitude = position[:2]
    if abs(latitude) > 90 and abs(longitude) <= 90:
        reason = (
            f"{latitude} is no latitude (-90 to 90): longitude and latitude are exchanged, GeoJSON has longitude first"
        )
        raise WrongGeometry("coordinates", position, reason)
    if abs(longitude) > 180 or abs(latitude) > 90:
        reason = (
            "allowed are degrees: longitude -180 to 180, latitude -90 to 90; metres of a projection must be converted"
        )
        raise WrongGeometry("coordinates", position, reason)
    return [longitude, latitude]


def box(geometry: dict[str, Any]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    positions = [position for polygon in _polygons(geometry) for position in polygon[0]]
    longitudes, latitudes = zip(*positions, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def holds(geometry: dict[str, Any], longitude: float, latitude: float) -> bool:
    """Whether the point lies in the geometry; a hole is outside."""
    return any(sum(_inside(ring, longitude, latitude) for ring in polygon) % 2 == 1 for polygon in _polygons(geometry))


def _polygons(geometry: dict[str, Any]) -> Iterator[list[Ring]]:
    yield from [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def _inside(ring: Ring, x: float, y: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    inside = False
    x1, y1 = ring[-1][:2]
    for position in ring:
        x2, y2 = position[:2]
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside
