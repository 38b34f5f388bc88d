"""Alarms as the judges keep them: what the API and the pages ask."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

_ALARM = """
    SELECT alarm.id, alarm.rule, alarm.incident_id, alarm.unit_id, unit.name AS unit_name,
           unit.name_en AS unit_name_en, unit.business_type, unit.banner_id, unit.street_id, alarm.area_path,
           alarm.device_id, device.kind AS device_kind, device.name AS device_name, alarm.metric, alarm.level,
           alarm.state, alarm.since, alarm.raised_at, alarm.acknowledged_at, alarm.acknowledged_by,
           alarm.acknowledged_name, alarm.comment, alarm.cleared_at, alarm.reason, alarm.value,
           alarm.limit_text AS "limit", alarm.changed_at, alarm.silent_since, alarm.assigned_to, alarm.assigned_name,
           alarm.assigned_at, alarm.silenced_until, alarm.silenced_by, alarm.silence_reason, alarm.comments
      FROM alarm LEFT JOIN unit ON unit.id = alarm.unit_id LEFT JOIN device ON device.id = alarm.device_id
"""

PAGE = f"""{_ALARM}
     WHERE (%(at)s::timestamptz IS NULL OR (alarm.raised_at, alarm.id) < (%(at)s, %(before)s))
       AND (%(unit)s::text IS NULL OR alarm.unit_id = %(unit)s)
       AND (%(device)s::text IS NULL OR alarm.device_id = %(device)s)
       AND (%(states)s::text[] IS NULL OR alarm.state = ANY (%(states)s))
       AND (%(level)s::int IS NULL OR alarm.level = %(level)s)
       AND (%(path)s::text IS NULL OR unit.area_path = %(path)s OR starts_with(unit.area_path, %(path)s || '/'))
     ORDER BY alarm.raised_at DESC, alarm.id DESC LIMIT %(limit)s
"""

SOME = f"{_ALARM} WHERE alarm.id = ANY (%s)"

# Closed ones by the time they closed; `person` acknowledged it or had it last.
CLOSED = f"""{_ALARM}
     WHERE alarm.state = 'cleared' AND alarm.cleared_at >= %(since)s AND alarm.cleared_at < %(until)s
       AND (%(person)s::text IS NULL OR alarm.acknowledged_by = %(person)s OR alarm.assigned_to = %(person)s
            OR alarm.acknowledged_name ILIKE %(like)s OR alarm.assigned_name ILIKE %(like)s)
       AND (%(level)s::int IS NULL OR alarm.level = %(level)s)
       AND (%(text)s::text IS NULL OR unit.name ILIKE %(text)s OR unit.name_en ILIKE %(text)s
            OR alarm.unit_id ILIKE %(text)s OR alarm.device_id ILIKE %(text)s)
     ORDER BY alarm.cleared_at DESC, alarm.id DESC LIMIT %(limit)s
"""

OF_INCIDENT = f"{_ALARM} WHERE alarm.incident_id = %s ORDER BY alarm.level, alarm.raised_at, alarm.id LIMIT %s"
COUNT_OF_INCIDENT = "SELECT count(*) FROM alarm WHERE incident_id = %s"
OF_UNIT = f"""{_ALARM}
     WHERE alarm.unit_id = %s AND alarm.id <> %s AND alarm.state <> 'cleared'
     ORDER BY alarm.level, alarm.raised_at DESC LIMIT 30
"""
INCIDENT = "SELECT id, cause, unit_id, level, opened_at, closed_at FROM incident WHERE id = %s"

# Facts that name the alarm, oldest first. Readings name none.
STORY = """
    SELECT kind, at, body FROM fact
     WHERE body ->> 'alarm' = ANY (%s)
     ORDER BY at DESC, id DESC LIMIT 500
"""


class Alarms:
    def __init__(self, connection: Connection):
        self._connection = connection

    def page(self, at: datetime | None, before: str, limit: int, **filters: Any) -> list[Row]:
        """Alarms, newest first, behind (`at`, `before`). Filters: unit, device, states, level, path (of an area)."""
        values = {"unit": None, "device": None, "states": None, "level": None, "path": None, **filters}
        return self._rows(PAGE, {"at": at, "before": before, "limit": limit, **values})

    def one(self, alarm: str) -> Row | None:
        return next(iter(self.some([alarm])), None)

    def some(self, alarms: Sequence[str]) -> list[Row]:
        return self._rows(SOME, (list(alarms),))

    def closed(self, since: datetime, until: datetime, limit: int, *, person: str = "", level: int | None = None,
               text: str = "") -> list[Row]:  # fmt: skip
        """Those that closed within the time, the newest first."""
        values = {"since": since, "until": until, "limit": limit, "level": level, "person": person or None}
        values |= {"like": f"%{_plain(person)}%", "text": f"%{_plain(text)}%" if text else None}
        return self._rows(CLOSED, values)

    def neighbours(self, row: Row) -> list[Row]:
        """What else is open in the same unit."""
        return self._rows(OF_UNIT, (row["unit_id"], row["id"]))

    def incident(self, id: str) -> Row | None:
        return next(iter(self._rows(INCIDENT, (id,))), None)

    def of_incident(self, id: str, limit: int = 500) -> list[Row]:
        return self._rows(OF_INCIDENT, (id, limit))

    def count_of_incident(self, id: str) -> int:
        row = self._connection.execute(COUNT_OF_INCIDENT, (id,)).fetchone()
        return row[0] if row else 0

    def story(self, alarms: Sequence[str]) -> list[Row]:
        """What happened to these alarms and who did it, the newest first."""
        return self._rows(STORY, (list(alarms),))

    def _rows(self, query: LiteralString, values: Any) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()


def _plain(text: str) -> str:
    """For LIKE: signs of the pattern language as they are."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
