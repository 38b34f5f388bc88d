"""How the parts of a city, or of a banner, stand now: by area, by type of business, by kind of device."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.city import CAMERAS

# `part` is the banner of a unit, or its street where the question is about one banner.
_UNITS = """
    SELECT CASE WHEN %(area)s::text IS NULL THEN banner_id ELSE street_id END AS part, business_type AS type,
           count(*) AS units, count(total) AS indexed, coalesce(sum(total), 0) AS total,
           count(*) FILTER (WHERE colour = 'green') AS green, count(*) FILTER (WHERE colour = 'blue') AS blue,
           count(*) FILTER (WHERE colour = 'yellow') AS yellow, count(*) FILTER (WHERE colour = 'red') AS red
      FROM unit LEFT JOIN unit_state ON unit_id = unit.id
     WHERE status = 'active' AND (%(area)s::text IS NULL OR %(area)s IN (banner_id, street_id)) GROUP BY 1, 2
"""
_DIMENSIONS = """
    SELECT CASE WHEN %(area)s::text IS NULL THEN banner_id ELSE street_id END AS part, key,
           sum(value::float8) AS total, count(value) AS known
      FROM unit JOIN unit_state ON unit_id = unit.id, jsonb_each_text(dimensions)
     WHERE status = 'active' AND value IS NOT NULL
       AND (%(area)s::text IS NULL OR %(area)s IN (banner_id, street_id)) GROUP BY 1, 2
"""
_DEVICES = """
    SELECT CASE WHEN %(area)s::text IS NULL THEN banner_id ELSE street_id END AS part, device.kind,
           count(*) AS devices, count(online) AS known, count(*) FILTER (WHERE online) AS online
      FROM device JOIN unit ON unit.id = device.unit_id LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.removed_at IS NULL AND status = 'active'
       AND (%(area)s::text IS NULL OR %(area)s IN (banner_id, street_id))
     GROUP BY 1, 2
"""
_NAMES = """
    SELECT id, name, name_en FROM area
     WHERE CASE WHEN %(area)s::text IS NULL THEN kind = 'banner'
                ELSE kind = 'street' AND %(area)s IN (id, parent_id) END
"""
_OFFLINE = """
    SELECT device.id, device.kind, unit.id AS unit, unit.name AS unit_name, unit.name_en AS unit_name_en,
           banner.name AS area, banner.name_en AS area_en, state.changed_at AS since
      FROM device_state state JOIN device ON device.id = state.device_id JOIN unit ON unit.id = device.unit_id
      JOIN area banner ON banner.id = unit.banner_id
     WHERE state.online = false AND device.removed_at IS NULL AND unit.status = 'active'
       AND (device.kind = ANY (%(cameras)s)) = %(camera)s
     ORDER BY state.changed_at NULLS LAST, device.id LIMIT %(most)s
"""
_RAISED = """
    SELECT extract(epoch FROM date_bin('10 minutes', raised_at, 'epoch'))::bigint * 1000 AS at, count(*)
      FROM alarm WHERE raised_at >= %(since)s AND level < 4 GROUP BY 1 ORDER BY 1
"""
_TAKEN = """
    SELECT id, coalesce(acknowledged_name, acknowledged_by) AS by, acknowledged_at AS at FROM alarm
     WHERE state = 'acknowledged' AND acknowledged_by IS NOT NULL ORDER BY acknowledged_at DESC LIMIT 500
"""
_PEOPLE = """
    SELECT max(coalesce(acknowledged_name, acknowledged_by)) AS by, count(*) AS taken,
           count(*) FILTER (WHERE state = 'acknowledged') AS in_hand,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM acknowledged_at - raised_at)) AS seconds
      FROM alarm WHERE acknowledged_at >= date_trunc('day', %(now)s::timestamptz) AND acknowledged_by IS NOT NULL
     GROUP BY acknowledged_by ORDER BY 2 DESC, 1 LIMIT 8
"""
_DONE = """
    SELECT alarm.id, reason, metric, device.kind AS device_kind, device_id AS device, level, state, since, raised_at,
           value, limit_text AS limit, acknowledged_at,
           coalesce(acknowledged_name, acknowledged_by) AS acknowledged_by, cleared_at
      FROM alarm LEFT JOIN device ON device.id = alarm.device_id
     WHERE alarm.unit_id = %(unit)s AND level < 4 AND raised_at >= %(since)s ORDER BY raised_at DESC LIMIT 8
"""

LOAD_HOURS = 12


def standing(connection: Connection, area: str | None) -> dict[str, Any]:
    """Of the city's banners, or of the streets of a banner, or of one street: figures to rank and compare by."""
    values = {"area": area}
    units, dimensions = _rows(connection, _UNITS, values), _rows(connection, _DIMENSIONS, values)
    devices, names = _rows(connection, _DEVICES, values), _rows(connection, _NAMES, values)
    parts = [
        {**name, **_of([row for row in units if row["part"] == name["id"]]),
         "dimensions": _means([row for row in dimensions if row["part"] == name["id"]]),
         **_online([row for row in devices if row["part"] == name["id"]])}
        for name in names
    ]  # fmt: skip
    types = sorted({row["type"] for row in units})
    kinds = sorted({row["kind"] for row in devices})
    return {
        "dimensions": _means(dimensions),
        "parts": [part for part in parts if part["units"]],
        "types": [{"type": type, **_of([row for row in units if row["type"] == type])} for type in types],
        "kinds": [{"kind": kind, **_share([row for row in devices if row["kind"] == kind])} for kind in kinds],
    }


def offline(connection: Connection, most: int = 12) -> dict[str, Any]:
    """Devices and cameras that are away longest."""
    return {
        name: _rows(connection, _OFFLINE, {"cameras": CAMERAS, "camera": camera, "most": most})
        for name, camera in (("devices", False), ("cameras", True))
    }


def duty(connection: Connection, now: datetime) -> dict[str, Any]:
    """Alarms raised in each ten minutes, who has which in hand, and what each did today. Ask in the city's zone."""
    since = now - timedelta(hours=LOAD_HOURS)
    return {
        "since": since,
        "raised": [list(row) for row in connection.execute(_RAISED, {"since": since}).fetchall()],
        "taken": _rows(connection, _TAKEN),
        "people": _rows(connection, _PEOPLE, {"now": now}),
    }


def done_at(connection: Connection, unit: str, now: datetime) -> list[dict[str, Any]]:
    """The unit's alarms of a week with who took them and when they ended, the newest first."""
    return _rows(connection, _DONE, {"unit": unit, "since": now - timedelta(days=7)})


def _rows(connection: Connection, query: LiteralString, values: Any = None) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def _of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {name: sum(row[name] for row in rows) for name in ("units", "indexed", "green", "blue", "yellow", "red")}
    total = sum(row["total"] for row in rows)
    return {**counts, "index": round(total / counts["indexed"], 2) if counts["indexed"] else None}


def _means(rows: list[dict[str, Any]]) -> dict[str, float]:
    means = {}
    for key in sorted({row["key"] for row in rows}):
        mine = [row for row in rows if row["key"] == key]
        means[key] = round(sum(row["total"] for row in mine) / sum(row["known"] for row in mine), 1)
    return means


def _online(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "all": _share(rows),
        "sensors": _share([row for row in rows if row["kind"] not in CAMERAS]),
        "cameras": _share([row for row in rows if row["kind"] in CAMERAS]),
    }


def _share(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Who never spoke counts against the rate, unless nobody ever spoke."""
    devices, online, known = (sum(row[name] for row in rows) for name in ("devices", "online", "known"))
    rate = round(online / devices, 4) if devices and known else None
    return {"devices": devices, "online": online if known else None, "rate": rate}
