"""What the map's layers ask besides the live frames: cameras, units to look at, where the mobile ones are."""

from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from command_center.house import House

CAMERAS = """
    SELECT device.unit_id, count(*) AS cameras, count(*) FILTER (WHERE NOT state.online) AS faulty,
           count(*) FILTER (WHERE state.online IS NULL) AS off
      FROM device
      JOIN unit ON unit.id = device.unit_id AND unit.status = 'active'
      LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.removed_at IS NULL AND device.kind LIKE %s
     GROUP BY device.unit_id
"""
TARGETS = """
    WITH expired AS (
        SELECT DISTINCT unit_id FROM licence WHERE expires_on < current_date
    ), done AS (
        SELECT DISTINCT unit_id FROM fact WHERE kind = 'self_inspection_done' AND at >= current_date - 1
    )
    SELECT unit.id, expired.unit_id IS NOT NULL AS licence
      FROM unit LEFT JOIN expired ON expired.unit_id = unit.id LEFT JOIN done ON done.unit_id = unit.id
     WHERE unit.status = 'active' AND (expired.unit_id IS NOT NULL OR done.unit_id IS NULL)
"""
MOBILE = """
    SELECT device.unit_id AS unit, (readings -> 'latitude' ->> 'value')::float8 AS latitude,
           (readings -> 'longitude' ->> 'value')::float8 AS longitude, readings -> 'latitude' ->> 'at' AS at,
           device.interval_seconds AS interval
      FROM device
      JOIN unit ON unit.id = device.unit_id AND unit.status = 'active'
      JOIN device_state ON device_state.device_id = device.id
     WHERE device.removed_at IS NULL AND unit.business_type = 'mobile'
       AND readings -> 'latitude' ->> 'value' IS NOT NULL AND readings -> 'longitude' ->> 'value' IS NOT NULL
     ORDER BY device.unit_id, at
"""


def add(house: House) -> None:
    for name, question in (("cameras", cameras), ("targets", targets), ("mobile", mobile)):
        path = f"/city/layers/{name}.json"
        house.site.server.add_url_rule(path, path, lambda question=question: house.visits.ask(question))


def cameras(connection: Connection) -> dict[str, Any]:
    """Units with cameras that are offline or were never heard of: [offline, never heard]."""
    rows = connection.execute(CAMERAS, ("%camera%",)).fetchall()
    units = {unit: [faulty, off] for unit, _, faulty, off in rows if faulty or off}
    total, faulty, off = (sum(row[column] for row in rows) for column in (1, 2, 3))
    return {"units": units, "cameras": total, "faulty": faulty, "off": off}


def targets(connection: Connection) -> dict[str, Any]:
    """Units whose licence has expired, and those that told of no self-inspection since yesterday began."""
    units = {unit: "licence" if licence else "missed" for unit, licence in connection.execute(TARGETS).fetchall()}
    licences = sum(reason == "licence" for reason in units.values())
    return {"units": units, "licences": licences, "missed": len(units) - licences}


def mobile(connection: Connection) -> dict[str, Any]:
    """The last position that each mobile restaurant's locator told."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return {"units": cursor.execute(MOBILE).fetchall()}
