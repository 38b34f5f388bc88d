"""The city in figures, from what the judges wrote down: one question each, a few milliseconds on a full city."""

from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from sensors.catalogue import CATALOGUE

CAMERAS = [kind.key for kind in CATALOGUE.values() if kind.family == "camera"]

# Counted before they meet the names: the planner knows how many units there are, not how many lie in a banner.
BANNERS = """
    SELECT area.id, area.name, area.name_en, counted.* FROM area LEFT JOIN (
        SELECT banner_id, count(*) AS units, count(state.total) AS indexed,
               sum(state.total) AS index_sum, max(state.as_of) AS judged_at,
               count(*) FILTER (WHERE state.colour = 'green') AS green,
               count(*) FILTER (WHERE state.colour = 'blue') AS blue,
               count(*) FILTER (WHERE state.colour = 'yellow') AS yellow,
               count(*) FILTER (WHERE state.colour = 'red') AS red
          FROM unit LEFT JOIN unit_state state ON state.unit_id = unit.id
         WHERE status = 'active' GROUP BY banner_id) counted ON counted.banner_id = area.id
     WHERE area.kind = 'banner' ORDER BY area.id
"""

DEVICES = """
    SELECT unit.banner_id, device.kind, count(*) AS devices, count(state.online) AS known,
           count(*) FILTER (WHERE state.online) AS online, max(state.seen_at) AS seen_at
      FROM device JOIN unit ON unit.id = device.unit_id LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.removed_at IS NULL AND unit.status = 'active' GROUP BY 1, 2
"""

ALARMS = """
    SELECT unit.banner_id, level, count(*) AS alarms
      FROM alarm JOIN unit ON unit.id = alarm.unit_id WHERE state <> 'cleared' GROUP BY 1, 2
"""

DONE_TODAY = """
    SELECT count(DISTINCT unit_id) AS done, max(at) AS newest FROM fact
     WHERE kind = 'self_inspection_done' AND at >= date_trunc('day', %(now)s::timestamptz) AND at <= %(now)s
       AND body->>'round' = 'daily_control'
"""

RECTIFICATIONS = """
    SELECT count(*) FILTER (WHERE kind = 'rectification_ordered') AS ordered,
           count(*) FILTER (WHERE kind = 'rectification_closed') AS closed, max(at) AS newest
      FROM fact WHERE kind IN ('rectification_ordered', 'rectification_closed')
"""


def figures(connection: Connection, now: datetime) -> dict[str, Any]:
    """The KPI strip. What is not known is None, never 0. Ask in the city's time zone: today begins at its midnight."""
    ask = _Questions(connection)
    banners, devices = ask(BANNERS), ask(DEVICES)
    alarms, done, fixed = ask(ALARMS), ask(DONE_TODAY, {"now": now})[0], ask(RECTIFICATIONS)[0]
    units = _sum(banners, "units")
    colours = {colour: _sum(banners, colour) for colour in ("green", "blue", "yellow", "red")}
    cameras = [row for row in devices if row["kind"] in CAMERAS]
    others = [row for row in devices if row["kind"] not in CAMERAS]
    return {
        "as_of": now,
        "units": units,
        "units_by_colour": {**colours, "none": units - sum(colours.values())},
        "devices": _sum(others, "devices"),
        "devices_online": _known(others),
        "cameras": _sum(cameras, "devices"),
        "cameras_online": _known(cameras),
        "online_rate": _online_rate(devices),
        "alarms_open": {str(level): _sum([row for row in alarms if row["level"] == level], "alarms")
                        for level in (1, 2, 3, 4)},
        "index_mean": _mean(banners),
        "self_inspection_today": {"done": done["done"], "due": units},
        "rectification_rate": _rate(fixed["closed"], fixed["ordered"]),
        "areas": [_area(row, devices, alarms) for row in banners],
        "as_of_by": {
            "index": _newest(banners, "judged_at"),
            "online": _newest(devices, "seen_at"),
            "self_inspection": done["newest"],
            "rectification": fixed["newest"],
        },
    }  # fmt: skip


class _Questions:
    def __init__(self, connection: Connection):
        self._connection = connection

    def __call__(self, query: LiteralString, values: Any = None) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()


def _area(banner: dict[str, Any], devices: list[dict[str, Any]], alarms: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [row for row in devices if row["banner_id"] == banner["id"]]
    # Level 4 is information: nobody must act on it.
    open_here = [row for row in alarms if row["banner_id"] == banner["id"] and row["level"] < 4]
    return {
        "id": banner["id"],
        "name": banner["name"],
        "name_en": banner["name_en"],
        "index": _mean([banner]),
        "worst": min((row["level"] for row in open_here), default=None),
        "open_alarms": _sum(open_here, "alarms"),
        "units": banner["units"] or 0,
        "online_rate": _online_rate(mine),
    }


def _sum(rows: list[dict[str, Any]], field: str) -> Any:
    return sum(row[field] or 0 for row in rows)


def _known(rows: list[dict[str, Any]]) -> int | None:
    """How many are online, unless nobody has ever said."""
    return _sum(rows, "online") if _sum(rows, "known") else None


def _online_rate(devices: list[dict[str, Any]]) -> float | None:
    """Of all that are registered: one that never spoke counts against the rate, unless nobody ever spoke."""
    return _rate(_sum(devices, "online"), _sum(devices, "devices")) if _sum(devices, "known") else None


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(banners: list[dict[str, Any]]) -> float | None:
    indexed = _sum(banners, "indexed")
    return round(_sum(banners, "index_sum") / indexed, 1) if indexed else None


def _newest(rows: list[dict[str, Any]], field: str) -> datetime | None:
    return max((row[field] for row in rows if row[field]), default=None)
