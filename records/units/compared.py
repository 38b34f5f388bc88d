"""Units side by side: index, dimensions, indicators, alarms of thirty days, licences, devices online."""

from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

UNITS: LiteralString = """
    SELECT unit.id, unit.name, unit.name_en, unit.business_type, unit.status,
           jsonb_build_object('id', banner.id, 'zh', banner.name, 'en', banner.name_en) AS banner,
           jsonb_build_object('id', street.id, 'zh', street.name, 'en', street.name_en) AS street,
           state.total, coalesce(state.colour, 'none') AS colour, coalesce(state.grade, 'none') AS grade,
           state.coverage, state.dimensions, state.as_of,
           (SELECT result -> 'indicators' FROM unit_index
             WHERE unit_id = unit.id ORDER BY at DESC LIMIT 1) AS indicators,
           (SELECT jsonb_build_object('1', count(*) FILTER (WHERE level = 1), '2', count(*) FILTER (WHERE level = 2),
                                      '3', count(*) FILTER (WHERE level = 3),
                                      'open', count(*) FILTER (WHERE state <> 'cleared' AND level < 4))
              FROM alarm WHERE alarm.unit_id = unit.id AND raised_at >= %(since)s) AS alarms,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'expires_on', expires_on,
                                                         'days', expires_on - %(today)s::date) ORDER BY kind), '[]')
              FROM licence WHERE licence.unit_id = unit.id) AS licences,
           (SELECT jsonb_build_object('of', count(*), 'online', count(*) FILTER (WHERE device_state.online))
              FROM device LEFT JOIN device_state ON device_state.device_id = device.id
             WHERE device.unit_id = unit.id AND device.removed_at IS NULL) AS devices
      FROM unit
      LEFT JOIN area banner ON banner.id = unit.banner_id
      LEFT JOIN area street ON street.id = unit.street_id
      LEFT JOIN unit_state state ON state.unit_id = unit.id
     WHERE unit.id = ANY (%(ids)s)
"""
DEVICES: LiteralString = """
    SELECT device.id, device.kind, device.name, device.room, device.interval_seconds AS interval,
           device.unit_id AS unit, unit.name AS unit_name, unit.name_en AS unit_name_en,
           state.online, state.seen_at, state.readings
      FROM device
      JOIN unit ON unit.id = device.unit_id
      LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.id = ANY (%s) AND device.removed_at IS NULL
"""


def units(connection: Connection, ids: list[str], today: date, since: datetime) -> list[Row]:
    """In the order asked for; alarms raised since `since`. Who is not found is not there."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(UNITS, {"ids": ids, "today": today, "since": since}).fetchall()
    return sorted(rows, key=lambda row: ids.index(row["id"]))


def devices(connection: Connection, ids: list[str]) -> list[Row]:
    """In the order asked for, with their last values."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(DEVICES, (ids,)).fetchall()
    return sorted(rows, key=lambda row: ids.index(row["id"]))
