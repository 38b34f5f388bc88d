"""What the pages ask the database for, besides the live frames: where units stand, names, a unit's file, a search."""

import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request
from psycopg import Connection
from psycopg.rows import dict_row

from command_center.house import House
from command_center.limits import limits
from command_center.reasons import move, reasons
from scoring.rules import load
from streaming.questions import Question

COLOURS = ("none", "green", "blue", "yellow", "red")  # `assets/map/data.js` reads them by position
NOWHERE = -18_000_000  # a latitude that says: this unit has no coordinates

UNITS = """
    SELECT unit.id, unit.latitude, unit.longitude, coalesce(unit_state.colour, 'none'), unit.street_id
      FROM unit LEFT JOIN unit_state ON unit_state.unit_id = unit.id
     WHERE unit.status = 'active'
     ORDER BY unit.id
"""
NAMES = """
    SELECT id, name, name_en, business_type,
           (extract(hour FROM opens_at) * 60 + extract(minute FROM opens_at))::int % 1440,
           (extract(hour FROM closes_at) * 60 + extract(minute FROM closes_at))::int % 1440
      FROM unit WHERE status = 'active'
"""
AREAS = """
    SELECT id, parent_id, kind, name, name_en, latitude, longitude, demonstration, boundary
      FROM area ORDER BY id
"""
FILE = """
    SELECT unit.id, unit.name, unit.name_en, unit.business_type, unit.address, unit.status,
           to_char(unit.opens_at, 'HH24:MI') AS opens_at, to_char(unit.closes_at, 'HH24:MI') AS closes_at,
           jsonb_build_object('zh', banner.name, 'en', banner.name_en) AS banner,
           jsonb_build_object('zh', street.name, 'en', street.name_en) AS street,
           unit_state.total, unit_state.colour, unit_state.grade, unit_state.coverage, unit_state.dimensions,
           unit_state.as_of
      FROM unit
      JOIN area banner ON banner.id = unit.banner_id
      JOIN area street ON street.id = unit.street_id
      LEFT JOIN unit_state ON unit_state.unit_id = unit.id
     WHERE unit.id = %s
"""
WHY = "SELECT result FROM unit_index WHERE unit_id = %s ORDER BY at DESC LIMIT 1"
SEARCH = """
    WITH found AS (
        SELECT unit.id, NULL::text AS device,
               CASE WHEN unit.id ILIKE %(exact)s THEN 0 WHEN unit.name ILIKE %(start)s THEN 1 ELSE 2 END AS rank
          FROM unit
         WHERE unit.status = 'active'
           AND (unit.id ILIKE %(start)s OR unit.name ILIKE %(any)s OR unit.name_en ILIKE %(any)s)
        UNION ALL
        SELECT unit_id, id, CASE WHEN id ILIKE %(exact)s THEN 0 ELSE 3 END
          FROM device WHERE removed_at IS NULL AND id ILIKE %(start)s
    ), first AS (
        SELECT DISTINCT ON (id) id, device, rank FROM found ORDER BY id, rank
    )
    SELECT CASE WHEN first.device IS NULL THEN 'unit' ELSE 'device' END AS kind, unit.id, first.device, unit.name,
           unit.name_en, coalesce(unit_state.colour, 'none') AS colour,
           jsonb_build_object('zh', street.name, 'en', street.name_en) AS street
      FROM first
      JOIN unit USING (id)
      JOIN area street ON street.id = unit.street_id
      LEFT JOIN unit_state ON unit_state.unit_id = unit.id
     ORDER BY first.rank, unit.name, unit.id
     LIMIT %(most)s
"""
SEARCH_AREAS = """
    SELECT area.kind, area.id, area.name, area.name_en,
           jsonb_build_object('zh', above.name, 'en', above.name_en) AS within
      FROM area LEFT JOIN area above ON above.id = area.parent_id
     WHERE area.id ILIKE %(start)s OR area.name ILIKE %(any)s OR area.name_en ILIKE %(any)s
     ORDER BY area.id ILIKE %(exact)s DESC, area.name ILIKE %(start)s DESC, length(area.path), area.id
     LIMIT %(areas)s
"""
FOUND, FOUND_AREAS = 12, 4
HISTORY = """
    SELECT wanted.key, newest.at, newest.value
      FROM unnest(%(keys)s::text[], %(devices)s::text[], %(metrics)s::text[]) AS wanted (key, device, metric)
      JOIN device ON device.id = wanted.device
      JOIN metric ON metric.key = wanted.metric
     CROSS JOIN LATERAL (
        SELECT at, value FROM reading
         WHERE device_no = device.no AND metric_no = metric.no AND at > %(since)s
         ORDER BY at DESC LIMIT 60) AS newest
     ORDER BY wanted.key, newest.at
"""

HISTORY_DAYS = 3
HISTORY_KEYS = 32


def add(house: House) -> None:
    """The questions of every page with a map or a list of units."""
    ask = house.visits.ask

    def unit(id: str) -> Response:
        return ask(lambda connection: _with_reasons(unit_file(connection, id)))

    def found() -> Response:
        text = request.args.get("q", "")[:100]
        return ask(lambda connection: search(connection, text))

    def lines() -> Response:
        keys = [key[:300] for key in dict.fromkeys(request.args.getlist("k"))][:HISTORY_KEYS]
        since = datetime.now(UTC) - timedelta(days=HISTORY_DAYS)
        return ask(lambda connection: history(connection, keys, since))

    def question(path: str, of: Question) -> None:
        house.site.server.add_url_rule(path, path, lambda: ask(of))

    server = house.site.server
    server.add_url_rule("/city/units.bin", "units", lambda: ask(units, "application/octet-stream"))
    server.add_url_rule("/city/units/<path:id>.json", "unit", unit)
    server.add_url_rule("/city/search.json", "search", found)
    server.add_url_rule("/city/history.json", "history", lines)
    question("/city/names.json", names)
    question("/city/areas.json", areas)
    question("/city/limits.json", lambda connection: limits(load(connection)))


def _with_reasons(unit: dict[str, Any] | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    why = unit.pop("why")
    return {**unit, "reasons": reasons(why), "moved": move(why)}


def units(connection: Connection) -> bytes:
    """Every unit in two hundred kB: counts, coordinates, colours, streets, ids (read by `assets/map/data.js`)."""
    rows = connection.execute(UNITS).fetchall()
    streets = {street: number for number, street in enumerate(sorted({row[4] for row in rows}))}
    ids = "\n".join(row[0] for row in rows).encode()
    names = "\n".join(streets).encode()
    places = [_place(latitude, longitude) for _, latitude, longitude, *_ in rows]
    latitudes = array.array("i", (latitude for latitude, _ in places))
    longitudes = array.array("i", (longitude for _, longitude in places))
    colours = bytes(COLOURS.index(row[3]) if row[3] in COLOURS else 0 for row in rows)
    lies_in = array.array("H", (streets[row[4]] for row in rows))
    head = array.array("I", (len(rows), len(ids), len(names)))
    parts = (head, latitudes, longitudes, colours, lies_in)
    return b"".join(bytes(part) for part in parts) + ids + names


def _place(latitude: float | None, longitude: float | None) -> tuple[int, int]:
    if latitude is None or longitude is None:
        return NOWHERE, 0
    return round(latitude * 1e5), round(longitude * 1e5)


def names(connection: Connection) -> dict[str, list[Any]]:
    """Names, type of business, and the minutes of the day when the unit opens and closes (None: not known)."""
    return {id: list(rest) for id, *rest in connection.execute(NAMES).fetchall()}


def areas(connection: Connection) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(AREAS).fetchall()


def unit_file(connection: Connection, id: str) -> dict[str, Any] | None:
    """Who the unit is, its index as judged now, and the result that tells why."""
    with connection.cursor(row_factory=dict_row) as cursor:
        unit = cursor.execute(FILE, (id,)).fetchone()
    if unit is None or unit["status"] != "active":
        return None
    parts = ("total", "colour", "grade", "coverage", "dimensions", "as_of")
    index = {part: unit.pop(part) for part in parts}
    why = connection.execute(WHY, (id,)).fetchone()
    unit["index"] = index if index["colour"] else None
    unit["why"] = why[0] if why else None
    return unit


def search(connection: Connection, text: str) -> list[dict[str, Any]]:
    """Areas, then units by name, id or device id, the nearest first, at most twelve together."""
    plain = text.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    if not plain:
        return []
    asked = {"exact": plain, "start": f"{plain}%", "any": f"%{plain}%", "areas": FOUND_AREAS}
    with connection.cursor(row_factory=dict_row) as cursor:
        areas = cursor.execute(SEARCH_AREAS, asked).fetchall()
        return areas + cursor.execute(SEARCH, asked | {"most": FOUND - len(areas)}).fetchall()


def history(connection: Connection, keys: Sequence[str], since: datetime) -> dict[str, list[tuple[int, float]]]:
    """The last values of each `device|metric`, oldest first, as (milliseconds, value)."""
    keys = list(dict.fromkeys(keys))  # asked twice is answered once
    parts = [key.partition("|") for key in keys]
    wanted = {
        "keys": keys,
        "devices": [device for device, _, _ in parts],
        "metrics": [metric for _, _, metric in parts],
        "since": since,
    }
    found: dict[str, list[tuple[int, float]]] = {key: [] for key in keys}
    for key, at, value in connection.execute(HISTORY, wanted).fetchall():
        found[key].append((round(at.timestamp() * 1000), value))
    return found
