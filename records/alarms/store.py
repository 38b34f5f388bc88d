"""Alarms as the judges keep them: what the API and the pages ask."""

from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

_ALARM = """
    SELECT alarm.id, alarm.rule, alarm.incident_id, alarm.unit_id, unit.name AS unit_name, alarm.area_path,
           alarm.device_id, device.kind AS device_kind, device.name AS device_name, alarm.metric, alarm.level,
           alarm.state, alarm.since, alarm.raised_at, alarm.acknowledged_at, alarm.acknowledged_by, alarm.comment,
           alarm.cleared_at, alarm.reason, alarm.value, alarm.limit_text AS "limit", alarm.changed_at,
           alarm.silent_since
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

ONE = f"{_ALARM} WHERE alarm.id = %s"


class Alarms:
    def __init__(self, connection: Connection):
        self._connection = connection

    def page(self, at: datetime | None, before: str, limit: int, **filters: Any) -> list[Row]:
        """Alarms, newest first, behind (`at`, `before`). Filters: unit, device, states, level, path (of an area)."""
        values = {"unit": None, "device": None, "states": None, "level": None, "path": None, **filters}
        return self._rows(PAGE, {"at": at, "before": before, "limit": limit, **values})

    def one(self, alarm: str) -> Row | None:
        return next(iter(self._rows(ONE, (alarm,))), None)

    def _rows(self, query: LiteralString, values: Any) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()
