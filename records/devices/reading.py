"""Devices as they are now: what the API and the pages ask."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]
PRESENCE_DAYS = 7

_NOW = """
    SELECT device.id, device.unit_id, unit.name AS unit_name, unit.area_path, device.kind, device.name, device.room,
           device.interval_seconds, device.vendor, device.model, device.serial, device.public, device.registered_at,
           state.online, state.seen_at, state.changed_at, coalesce(state.readings, '{}') AS readings, device.no
      FROM device JOIN unit ON unit.id = device.unit_id LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.removed_at IS NULL
"""

PAGE = f"""{_NOW}
       AND device.id > %(after)s
       AND (%(unit)s::text IS NULL OR device.unit_id = %(unit)s)
       AND (%(kinds)s::text[] IS NULL OR device.kind = ANY (%(kinds)s))
       AND (%(online)s::boolean IS NULL OR state.online = %(online)s)
       AND (%(path)s::text IS NULL OR unit.area_path = %(path)s OR starts_with(unit.area_path, %(path)s || '/'))
     ORDER BY device.id LIMIT %(limit)s
"""

ONE = f"{_NOW} AND device.id = %s"

ALIASES = "SELECT dialect, alias FROM device_alias WHERE device_id = %s ORDER BY dialect, alias"

# Whole days of the session's time zone, the city's; today so far.
PRESENCE = """
    SELECT day::date AS day,
           coalesce(extract(epoch FROM sum(least(coalesce(until, %(now)s), day + interval '1 day', %(now)s)
                                           - greatest(since, day)) FILTER (WHERE device_id IS NOT NULL)),
                    0)::float8 AS online_seconds
      FROM generate_series(date_trunc('day', %(now)s::timestamptz) - make_interval(days => %(days)s - 1),
                           %(now)s::timestamptz, interval '1 day') AS day
      LEFT JOIN device_presence
        ON device_id = %(device)s AND since < least(day + interval '1 day', %(now)s)
       AND coalesce(until, %(now)s) > day
     GROUP BY day ORDER BY day
"""

CAMERA_FAULTS = """
    SELECT DISTINCT ON (device_id) device_id, rule, reason, level, state, since, cleared_at FROM alarm
     WHERE unit_id = ANY (%(units)s) AND device_id = ANY (%(devices)s) AND rule LIKE 'alarm/camera/%%'
     ORDER BY device_id, (state = 'cleared'), raised_at DESC
"""


class Devices:
    """Questions about devices. Answers are plain rows."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def page(self, after: str, limit: int, **filters: Any) -> list[Row]:
        """Devices by id, behind `after`. Filters: unit, kinds, online, path (of an area)."""
        values = {"unit": None, "kinds": None, "online": None, "path": None, **filters}
        return self._rows(PAGE, {"after": after, "limit": limit, **values})

    def one(self, device: str) -> Row | None:
        return next(iter(self._rows(ONE, (device,))), None)

    def was_registered(self, device: str) -> bool:
        """Whether it is there, or was before it was taken away."""
        return self._connection.execute("SELECT FROM device WHERE id = %s", (device,)).fetchone() is not None

    def units(self, devices: set[str]) -> dict[str, str]:
        """The unit of each of these that is registered."""
        query = "SELECT id, unit_id FROM device WHERE id = ANY (%s) AND removed_at IS NULL"
        return dict(self._connection.execute(query, (list(devices),)).fetchall())

    def aliases(self, device: str) -> list[Row]:
        return self._rows(ALIASES, (device,))

    def presence(self, device: str, now: datetime) -> list[Row]:
        """Seconds online on each of the last seven days, today included."""
        rows = self._rows(PRESENCE, {"device": device, "now": now, "days": PRESENCE_DAYS})
        longest = timedelta(days=1).total_seconds()
        return [{**row, "online_seconds": min(row["online_seconds"], longest)} for row in rows]

    def camera_faults(self, devices: list[Row]) -> dict[str, Row]:
        """The last fault of each of these cameras, an open one before a cleared one."""
        values = {"units": [row["unit_id"] for row in devices], "devices": [row["id"] for row in devices]}
        return {row["device_id"]: row for row in self._rows(CAMERA_FAULTS, values)}

    def _rows(self, query: LiteralString, values: Any) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()
