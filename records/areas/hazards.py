"""Open hazards of an area (SUP-04): alarms that somebody must act on, and rectifications that are not closed."""

from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.areas.chosen import Chosen
from records.areas.statistics import Moment

ALARMS: LiteralString = """
    SELECT alarm.id, alarm.unit_id AS unit, alarm.device_id AS device, device.kind AS device_kind, alarm.metric,
           alarm.level, alarm.state, alarm.since, alarm.raised_at, alarm.reason, alarm.value,
           alarm.limit_text AS limit, unit.name AS unit_name, unit.name_en AS unit_name_en,
           street.name AS area_name, street.name_en AS area_name_en
      FROM alarm JOIN chosen ON chosen.id = alarm.unit_id JOIN unit ON unit.id = alarm.unit_id
      JOIN area street ON street.id = unit.street_id LEFT JOIN device ON device.id = alarm.device_id
     WHERE alarm.state <> 'cleared' AND alarm.level < 4
     ORDER BY alarm.level, alarm.raised_at DESC, alarm.id LIMIT %(most)s
"""
RECTIFICATIONS: LiteralString = """
    SELECT ordered.body->>'rectification' AS id, ordered.unit_id AS unit, ordered.at,
           (ordered.body->>'due_at')::timestamptz AS due_at,
           coalesce((ordered.body->>'due_at')::timestamptz < %(now)s, false) AS overdue,
           unit.name AS unit_name, unit.name_en AS unit_name_en
      FROM fact ordered JOIN chosen ON chosen.id = ordered.unit_id JOIN unit ON unit.id = ordered.unit_id
     WHERE ordered.kind = 'rectification_ordered'
       AND NOT EXISTS (SELECT FROM fact closed
                        WHERE closed.kind = 'rectification_closed' AND closed.unit_id = ordered.unit_id
                          AND closed.body->>'rectification' = ordered.body->>'rectification')
     ORDER BY 4 NULLS LAST, ordered.id LIMIT %(most)s
"""


def hazards(connection: Connection, chosen: Chosen, moment: Moment, most: int = 100) -> dict[str, Any]:
    """The worst first; of rectifications the one whose time ends soonest."""
    return {"alarms": _ask(connection, ALARMS, chosen, moment, most),
            "rectifications": _ask(connection, RECTIFICATIONS, chosen, moment, most)}  # fmt: skip


def _ask(
    connection: Connection, question: LiteralString, chosen: Chosen, moment: Moment, most: int
) -> list[dict[str, Any]]:
    query: LiteralString = f"WITH chosen AS MATERIALIZED ({chosen.units}) {question}"
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, chosen.values | moment.values | {"most": most}).fetchall()
