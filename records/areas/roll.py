"""The units of an area as rows to filter, sort and page: index, colour, alarms, licences, today's self-inspection."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.areas.chosen import Chosen
from records.areas.statistics import Moment

Row = dict[str, Any]

_ORDERS: dict[str, LiteralString] = {
    "index": "index", "name": "name", "id": "id", "type": "business_type", "area": "area_path", "open": "open",
    "worst": "worst", "inspected": "inspected", "expires": "expires_on", "online": "online_rate",
}  # fmt: skip
ORDERS = tuple(_ORDERS)
LICENCES: dict[str, LiteralString] = {  # as /licences counts them
    "expired": "expires_on < %(day)s",
    "month": "expires_on BETWEEN %(month)s AND %(month_end)s",
    "30": "expires_on BETWEEN %(day)s AND %(soon)s",
    "valid": "expires_on >= %(day)s",
}
ATTENTION: dict[str, LiteralString] = {
    "open": "open > 0", "offline": "online < devices", "unchecked": "NOT inspected",
}  # fmt: skip

# The earliest expiry counts: that is the one to act on.
_ROWS: LiteralString = """
    SELECT unit.id, unit.name, unit.name_en, unit.business_type, unit.area_path, unit.banner_id, unit.street_id,
           coalesce(unit_state.colour, 'none') AS colour, round(unit_state.total::numeric, 1)::float8 AS index,
           coalesce(alarm.open, 0) AS open, alarm.worst,
           coalesce(device.devices, 0) AS devices, CASE WHEN device.heard > 0 THEN device.online END AS online,
           CASE WHEN device.heard > 0 THEN device.online::float8 / device.devices END AS online_rate,
           licence.expires_on, done.unit_id IS NOT NULL AS inspected
      FROM unit LEFT JOIN unit_state ON unit_state.unit_id = unit.id
      LEFT JOIN (SELECT unit_id, count(*) AS open, min(level) AS worst FROM alarm
                  WHERE state <> 'cleared' AND level < 4 GROUP BY 1) alarm ON alarm.unit_id = unit.id
      LEFT JOIN (SELECT device.unit_id, count(*) AS devices, count(online) AS heard,
                        count(*) FILTER (WHERE online) AS online
                   FROM device LEFT JOIN device_state ON device_state.device_id = device.id
                  WHERE removed_at IS NULL GROUP BY 1) device ON device.unit_id = unit.id
      LEFT JOIN (SELECT unit_id, min(expires_on) AS expires_on FROM licence GROUP BY 1) licence
             ON licence.unit_id = unit.id
      LEFT JOIN (SELECT DISTINCT unit_id FROM fact
                  WHERE kind = 'self_inspection_done' AND at >= %(today)s AND body->>'round' = 'daily_control') done
             ON done.unit_id = unit.id
"""


@dataclass(frozen=True)
class Asked:
    """`q`: part of a name or an id. `licence` is a key of LICENCES, `attention` one of ATTENTION."""

    chosen: Chosen
    q: str | None = None
    licence: str | None = None
    attention: str | None = None
    sort: str = "index"
    down: bool = False
    limit: int | None = 50
    offset: int = 0


def units(connection: Connection, asked: Asked, moment: Moment) -> list[Row]:
    """One page; what is not known comes last whichever way is sorted."""
    order = _ORDERS[asked.sort]
    direction: LiteralString = "DESC" if asked.down else "ASC"
    query: LiteralString = f"""
        WITH row AS ({_matching(asked)})
        SELECT id, name, name_en, business_type, colour, index, open, worst, devices, online, expires_on, inspected,
               banner_id, street_id
          FROM row {_where(asked)} ORDER BY {order} {direction} NULLS LAST, index NULLS LAST, id
         LIMIT %(limit)s OFFSET %(offset)s
    """  # noqa: S608 (texts of ours)
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, _values(asked, moment)).fetchall()


def count(connection: Connection, asked: Asked, moment: Moment) -> dict[str, int]:
    """How many there are, in all and of each colour."""
    query: LiteralString = f"""
        WITH row AS ({_matching(asked)})
        SELECT count(*) AS total, count(*) FILTER (WHERE colour = 'green') AS green,
               count(*) FILTER (WHERE colour = 'blue') AS blue, count(*) FILTER (WHERE colour = 'yellow') AS yellow,
               count(*) FILTER (WHERE colour = 'red') AS red, count(*) FILTER (WHERE colour = 'none') AS none
          FROM row {_where(asked)}
    """  # noqa: S608 (texts of ours)
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query, _values(asked, moment)).fetchone()
    return found or {}


def _matching(asked: Asked) -> LiteralString:
    where = asked.chosen.where
    if asked.q:
        where += " AND strpos(lower(concat_ws(' ', unit.name, unit.name_en, unit.id)), lower(%(q)s)) > 0"
    return f"{_ROWS} WHERE {where}"


def _where(asked: Asked) -> LiteralString:
    wanted: list[LiteralString] = []
    if asked.licence:
        wanted.append(LICENCES[asked.licence])
    if asked.attention:
        wanted.append(ATTENTION[asked.attention])
    return "WHERE " + " AND ".join(wanted) if wanted else ""


def _values(asked: Asked, moment: Moment) -> Row:
    paging = {"q": asked.q, "limit": asked.limit, "offset": asked.offset}
    return asked.chosen.values | moment.values | paging
