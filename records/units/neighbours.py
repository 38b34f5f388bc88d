"""A unit among others: the nearest ones, its place in its street, and how units of its type do."""

from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

# Distance on a flat map, in metres: within a street the earth is flat enough.
NEAREST: LiteralString = """
    WITH here AS (
        SELECT id, latitude, longitude, cos(radians(latitude)) AS narrow FROM unit WHERE id = %(unit)s
    ), near AS (
        SELECT unit.id, unit.name, unit.name_en, unit.business_type,
               round(111320 * sqrt((unit.latitude - here.latitude) ^ 2
                                   + ((unit.longitude - here.longitude) * here.narrow) ^ 2))::int AS metres
          FROM unit, here
         WHERE unit.status = 'active' AND unit.id <> here.id
           AND unit.latitude BETWEEN here.latitude - %(reach)s AND here.latitude + %(reach)s
           AND abs(unit.longitude - here.longitude) <= %(reach)s / here.narrow
         ORDER BY metres, unit.id LIMIT %(limit)s
    )
    SELECT near.*, state.total, coalesce(state.colour, 'none') AS colour, coalesce(state.open_alarms, 0) AS open_alarms
      FROM near LEFT JOIN unit_state state ON state.unit_id = near.id
     ORDER BY near.metres, near.id
"""
REACH = 0.5  # degrees, about 55 km: the steppe is wide

# Only units that have an index are placed.
PLACE: LiteralString = """
    WITH mine AS (SELECT unit.id, street_id, business_type, total FROM unit
                    LEFT JOIN unit_state ON unit_state.unit_id = unit.id WHERE unit.id = %(unit)s)
    SELECT (SELECT jsonb_build_object('of', count(*), 'place', 1 + count(*) FILTER (WHERE state.total > mine.total),
                                      'mean', avg(state.total))
              FROM unit JOIN unit_state state ON state.unit_id = unit.id
             WHERE unit.street_id = mine.street_id AND unit.status = 'active' AND state.total IS NOT NULL) AS street,
           (SELECT jsonb_build_object('of', count(*), 'place', 1 + count(*) FILTER (WHERE state.total > mine.total),
                                      'mean', avg(state.total))
              FROM unit JOIN unit_state state ON state.unit_id = unit.id
             WHERE unit.business_type = mine.business_type AND unit.status = 'active'
               AND state.total IS NOT NULL) AS type,
           mine.total
      FROM mine
"""


def neighbours(connection: Connection, unit: str, limit: int = 6) -> Row | None:
    with connection.cursor(row_factory=dict_row) as cursor:
        place = cursor.execute(PLACE, {"unit": unit}).fetchone()
        if place is None:
            return None
        nearest = cursor.execute(NEAREST, {"unit": unit, "reach": REACH, "limit": limit}).fetchall()
    return {**place, "nearest": nearest}
