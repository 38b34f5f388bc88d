"""Everything a page about one device tells, besides its curves."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]
HISTORY_DAYS = 30
MOST_ROWS = 200
RATES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}

_DEVICE: LiteralString = """
    SELECT device.id, device.no, device.kind, device.name, device.room, device.interval_seconds, device.vendor,
           device.model, device.serial, device.public, device.registered_at, device.removed_at,
           state.online, state.seen_at, state.changed_at, coalesce(state.readings, '{}') AS readings,
           unit.id AS unit, unit.name AS unit_name, unit.name_en AS unit_name_en, unit.business_type,
           to_char(unit.opens_at, 'HH24:MI') AS opens_at, to_char(unit.closes_at, 'HH24:MI') AS closes_at,
           jsonb_build_object('id', banner.id, 'zh', banner.name, 'en', banner.name_en) AS banner,
           jsonb_build_object('id', street.id, 'zh', street.name, 'en', street.name_en) AS street
      FROM device
      JOIN unit ON unit.id = device.unit_id
      JOIN area banner ON banner.id = unit.banner_id
      JOIN area street ON street.id = unit.street_id
      LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.id = %(device)s
"""
_PRESENCE: LiteralString = """
    SELECT since, until FROM device_presence
     WHERE device_id = %(device)s AND coalesce(until, %(now)s) > %(since)s
     ORDER BY since
"""
_FIRST: LiteralString = "SELECT min(since) FROM device_presence WHERE device_id = %s"
_ALARMS: LiteralString = """
    SELECT id, rule, metric, level, state, since, raised_at, cleared_at, acknowledged_by, reason, value,
           limit_text AS limit
      FROM alarm
     WHERE unit_id = %(unit)s AND device_id = %(device)s
     ORDER BY raised_at DESC LIMIT %(most)s
"""
_COMMANDS: LiteralString = """
    SELECT id, at, body ->> 'command' AS command, body ->> 'by' AS by FROM fact
     WHERE kind = 'command_sent' AND unit_id = %(unit)s AND device_id = %(device)s
     ORDER BY at DESC LIMIT 50
"""
_OTHERS: LiteralString = """
    SELECT device.id, device.kind, device.name, device.room, device.interval_seconds, state.online, state.seen_at
      FROM device LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.unit_id = %(unit)s AND device.id <> %(device)s AND device.removed_at IS NULL
     ORDER BY device.kind = %(kind)s DESC, device.kind, device.id LIMIT %(most)s
"""


def find(connection: Connection, device: str, now: datetime) -> Row | None:
    """The device with its state, history and neighbours. One that was taken away is still told of."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_DEVICE, {"device": device}).fetchone()
        if row is None:
            return None
        since = now - timedelta(days=HISTORY_DAYS)
        values = {
            "device": device, "unit": row["unit"], "kind": row["kind"], "now": now, "since": since, "most": MOST_ROWS,
        }  # fmt: skip
        online = [(one["since"], one["until"]) for one in cursor.execute(_PRESENCE, values).fetchall()]
        first = _first(connection, row)
        return {
            **row,
            "rates": rates(online, first, row["registered_at"], now),
            "offline": offline(online, first, since, now),
            "alarms": cursor.execute(_ALARMS, values).fetchall(),
            "commands": cursor.execute(_COMMANDS, values).fetchall(),
            "others": cursor.execute(_OTHERS, values).fetchall(),
        }


def _first(connection: Connection, device: Row) -> datetime | None:
    """From when on it is known whether the device is there: its first sign of life, or when it was missed."""
    row = connection.execute(_FIRST, (device["id"],)).fetchone()
    return (row[0] if row else None) or (device["changed_at"] if device["online"] is False else None)


Stretch = tuple[datetime, datetime | None]


def offline(
    online: list[Stretch], first: datetime | None, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """The stretches between those online, from the first sign of life on."""
    if first is None:
        return []
    at = max(since, first)
    found = []
    for begin, end in online:
        if begin > at:
            found.append((at, min(begin, until)))
        at = max(at, end or until)
    if at < until:
        found.append((at, until))
    return found


def rates(
    online: list[Stretch], first: datetime | None, registered_at: datetime, now: datetime
) -> dict[str, float | None]:
    """Share of the time that the device was online; a device younger than the stretch counts from its beginning."""
    if first is None:
        return dict.fromkeys(RATES)
    born = min(first, registered_at)
    return {name: _rate(online, max(now - span, born), now) for name, span in RATES.items()}


def _rate(online: list[Stretch], since: datetime, now: datetime) -> float | None:
    possible = (now - since).total_seconds()
    held = sum(max(0.0, (min(end or now, now) - max(begin, since)).total_seconds()) for begin, end in online)
    return min(1.0, held / possible) if possible > 0 else None


def stretches_offline(
    connection: Connection, device: Row, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    values = {"device": device["id"], "since": since, "now": until}
    online = connection.execute(_PRESENCE, values).fetchall()
    return offline([(begin, end) for begin, end in online], _first(connection, device), since, until)


def alarms_of(connection: Connection, device: Row, metric: str, since: datetime, until: datetime) -> list[Row]:
    """What stood at some moment of the stretch about this metric."""
    query: LiteralString = """
        SELECT id, level, state, since, cleared_at, reason, value, limit_text AS limit FROM alarm
         WHERE unit_id = %(unit)s AND device_id = %(device)s AND metric = %(metric)s
           AND since < %(until)s AND coalesce(cleared_at, 'infinity') > %(since)s
         ORDER BY since LIMIT 500
    """
    values = {"unit": device["unit"], "device": device["id"], "metric": metric, "since": since, "until": until}
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def brief(connection: Connection, device: str) -> Row | None:
    """The device with its unit and state."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_DEVICE, {"device": device}).fetchone()
