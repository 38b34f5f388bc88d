"""Boundaries of areas as GeoJSON: a FeatureCollection in and out, each feature named by an area's id or by its name.

Nothing is half taken: a file with one mistake changes nothing, and every mistake is named. A feature whose geometry is
null takes its area's boundary away, so what an import replaced can be imported again.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from records.areas.geometry import WrongGeometry, box, holds, normal

KNOWN_SYSTEMS = ("crs84", "4326", "4490", "wgs84", "wgs 84", "cgcs2000")
FAR = 1.0  # degrees between an area's seat and its boundary that are surely a mistake
STRAYS = 0.2  # share of an area's units outside of its boundary that is worth a word

_AREAS = "SELECT id, name, name_en, latitude, longitude, boundary FROM area ORDER BY path"
_UNITS = """
    SELECT area.id, unit.longitude, unit.latitude
      FROM area JOIN unit ON starts_with(unit.area_path || '/', area.path || '/')
     WHERE area.id = ANY (%s) AND unit.status = 'active' AND unit.longitude IS NOT NULL AND unit.latitude IS NOT NULL
"""
_OUTSIDE = """
    SELECT id, name, name_en, longitude, latitude FROM unit
     WHERE status = 'active' AND longitude IS NOT NULL AND latitude IS NOT NULL
"""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one feature. `feature`: its id or name, or its place in the file."""

    feature: str
    field: str
    value: str
    reason: str


@dataclass
class Plan:
    """What an import would do: new boundaries by area, those from before, and what is odd but no mistake."""

    areas: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    former: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


class BoundariesRefused(ValueError):
    """Nothing was imported."""

    def __init__(self, mistakes: list[Mistake]):
        super().__init__(f"nothing was imported: {len(mistakes)} things in the file are wrong")
        self.mistakes = mistakes


def read(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BoundariesRefused([Mistake("the file", "file", "", f"it is no JSON: {error}")]) from None


def plan(connection: Connection, collection: Any) -> Plan:
    """Everything that the file says, checked; nothing is changed."""
    made = Plan()
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        reason = "allowed is a GeoJSON FeatureCollection: an object with type and features"
        made.mistakes.append(Mistake("the file", "type", _short(collection), reason))
        return made
    if foreign := _system(collection):
        reason = "allowed are WGS-84 and CGCS2000; convert it first, GCJ-02 and BD-09 lie 100 to 600 m off"
        made.mistakes.append(Mistake("the file", "crs", foreign, reason))
        return made
    areas = {row[0]: row for row in connection.execute(_AREAS).fetchall()}
    for number, feature in enumerate(features, 1):
        _take(made, areas, number, feature)
    if not made.mistakes:
        made.hints = _strays(connection, made)
    return made


def save(connection: Connection, made: Plan) -> None:
    """Do it, in the caller's transaction."""
    if made.mistakes:
        raise BoundariesRefused(made.mistakes)
    for area, boundary in made.areas.items():
        value = None if boundary is None else Jsonb(boundary)
        connection.execute("UPDATE area SET boundary = %s WHERE id = %s", (value, area))


def collection(boundaries: dict[str, dict[str, Any] | None], names: dict[str, str]) -> dict[str, Any]:
    """A file that can be imported again."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"id": area, "name": names[area]}, "geometry": boundary}
            for area, boundary in boundaries.items()
        ],
    }


def export(connection: Connection) -> dict[str, Any]:
    rows = connection.execute(_AREAS).fetchall()
    return collection({row[0]: row[5] for row in rows if row[5]}, {row[0]: row[1] for row in rows})


def strangers(connection: Connection) -> list[dict[str, Any]]:
    """Units that stand outside the city's boundary; none when the city has no boundary."""
    row = connection.execute("SELECT boundary FROM area WHERE kind = 'city' AND boundary IS NOT NULL").fetchone()
    if row is None:
        return []
    west, south, east, north = box(row[0])
    found = []
    for id, name, name_en, longitude, latitude in connection.execute(_OUTSIDE).fetchall():
        near = west <= longitude <= east and south <= latitude <= north
        if not near or not holds(row[0], longitude, latitude):
            found.append({"id": id, "name": name, "name_en": name_en})
    return found


def _take(made: Plan, areas: dict[str, tuple], number: int, feature: Any) -> None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    given = str(properties.get("id") or properties.get("name") or "").strip()
    label = given or f"feature {number}"
    try:
        area = _area(areas, properties)
        if area in made.areas or area in made.former:
            raise _Wrong("id", given, "the same area as an earlier feature of this file")
        boundary = _geometry(feature, areas[area])
    except _Wrong as wrong:
        made.mistakes.append(Mistake(label, wrong.field, wrong.value, wrong.reason))
        return
    made.former[area] = areas[area][5]
    made.names[area] = areas[area][1]
    if boundary == areas[area][5]:
        made.unchanged += 1
        del made.former[area]
    else:
        made.areas[area] = boundary


class _Wrong(ValueError):
    def __init__(self, field: str, value: Any, reason: str):
        super().__init__(reason)
        self.field, self.value, self.reason = field, _short(value), reason


def _area(areas: dict[str, tuple], properties: dict[str, Any]) -> str:
    id, name = (str(properties.get(key) or "").strip() for key in ("id", "name"))
    if id:
        if id in areas:
            return id
        raise _Wrong("id", id, "there is no such area; allowed are ids of the registry")
    if not name:
        raise _Wrong("id", "", "a feature needs the property id or name, to say which area it is")
    named = [area for area, row in areas.items() if name in (row[1], row[2])]
    if len(named) == 1:
        return named[0]
    if named:
        raise _Wrong("name", name, f"several areas are called so; name it by id: {', '.join(named)}")
    raise _Wrong("name", name, "there is no area of this name")


def _geometry(feature: dict[str, Any], area: tuple) -> dict[str, Any] | None:
    if feature.get("geometry") is None:
        return None
    try:
        boundary = normal(feature["geometry"])
    except WrongGeometry as wrong:
        raise _Wrong(wrong.field, wrong.value, str(wrong)) from None
    _, _, _, latitude, longitude, _ = area
    if latitude is not None and longitude is not None:
        west, south, east, north = box(boundary)
        away = max(west - longitude, longitude - east, south - latitude, latitude - north)
        if away > FAR:
            reason = (
                f"it lies {away:.1f} degrees away from the area's seat at {longitude}, {latitude} (longitude first)"
            )
            raise _Wrong("coordinates", [west, south], reason)
    return boundary


def _system(collection: dict[str, Any]) -> str | None:
    """The name of a coordinate system that is not ours."""
    crs = collection.get("crs")
    if not crs:
        return None
    name = json.dumps(crs, ensure_ascii=False)
    return None if any(known in name.lower() for known in KNOWN_SYSTEMS) else name[:120]


def _strays(connection: Connection, made: Plan) -> list[str]:
    """Many units outside their own area: the file or the units may be in GCJ-02."""
    counts: dict[str, list[int]] = {}
    for area, longitude, latitude in connection.execute(_UNITS, (list(made.areas),)).fetchall():
        boundary = made.areas[area]
        if boundary is None:
            continue
        count = counts.setdefault(area, [0, 0])
        count[0] += 1
        count[1] += not holds(boundary, longitude, latitude)
    return [
        f"{made.names[area]} ({area}): {outside} of its {units} units lie outside; 100 to 600 m off points at GCJ-02"
        for area, (units, outside) in counts.items()
        if outside > STRAYS * units
    ]


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else text[:117] + "..."
