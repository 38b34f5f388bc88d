"""The city as judged now, as rows: written once per step, in the transaction that moves the offset."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import psycopg.types.json
from psycopg import Connection

from scoring.index import IndexResult
from scoring.judge import Judge
from streaming.events import (
    AlarmAcknowledged,
    AlarmAssigned,
    AlarmChanged,
    AlarmCleared,
    AlarmCommented,
    AlarmRaised,
    AlarmSilenced,
    AlarmUnsilenced,
    DeviceCameOnline,
    DeviceRegistered,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    ReadingTaken,
    UnitClosed,
    from_millis,
    millis,
)
from twin.state import INFORMATION

_DEVICE_STATE = """
    INSERT INTO device_state (device_id, unit_id, online, seen_at, changed_at, readings)
    SELECT device_id, unit_id, online, seen_at, changed_at, readings
      FROM jsonb_to_recordset(%s) AS now (device_id text, unit_id text, online boolean, seen_at timestamptz,
                                          changed_at timestamptz, readings jsonb)
    ON CONFLICT (device_id) DO UPDATE
       SET unit_id = excluded.unit_id, online = excluded.online, seen_at = excluded.seen_at,
           changed_at = excluded.changed_at, readings = excluded.readings
"""
_CAME = "INSERT INTO device_presence (device_id, since) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_WENT = "UPDATE device_presence SET until = greatest(%s, since) WHERE device_id = %s AND until IS NULL"
_REMOVED = "DELETE FROM device_state WHERE device_id = ANY(%s)"
_INCIDENT = """
    INSERT INTO incident (id, cause, unit_id, level, opened_at)
    VALUES (%(incident)s, %(cause)s, %(unit)s, %(level)s, %(since)s)
    ON CONFLICT (id) DO UPDATE SET level = least(incident.level, excluded.level), closed_at = NULL
"""
_RAISED = """
    INSERT INTO alarm (id, rule, incident_id, unit_id, area_path, device_id, metric, level, state, since, raised_at,
                       reason, value, limit_text, changed_at)
    VALUES (%(alarm)s, %(rule)s, %(incident)s, %(unit)s,
            coalesce((SELECT area_path FROM unit WHERE id = %(unit)s), ''), %(device)s, %(metric)s, %(level)s, 'open',
            %(since)s, %(at)s, %(reason)s, %(value)s, %(limit)s, %(at)s)
    ON CONFLICT (id) DO NOTHING
"""
_CHANGED = """
    UPDATE alarm SET level = %(level)s, value = coalesce(%(value)s, value), changed_at = %(at)s,
                     incident_id = coalesce(nullif(%(incident)s, ''), incident_id)
     WHERE id = %(alarm)s
"""
_ACKNOWLEDGED = """
    UPDATE alarm SET state = 'acknowledged', acknowledged_at = %(at)s, acknowledged_by = %(by)s,
                     acknowledged_name = coalesce(nullif(%(by_name)s, ''), %(by)s),
                     comment = nullif(%(comment)s, ''), changed_at = %(at)s
     WHERE id = %(alarm)s AND state = 'open'
"""
_ASSIGNED = """
    UPDATE alarm SET assigned_to = nullif(%(to)s, ''), assigned_name = nullif(%(name)s, ''), assigned_at = %(at)s,
                     changed_at = %(at)s
     WHERE id = %(alarm)s AND (assigned_at IS NULL OR assigned_at <= %(at)s)
"""
_COMMENTED = "UPDATE alarm SET comments = comments + 1, changed_at = %(at)s WHERE id = %(alarm)s"
_SILENCED = """
    UPDATE alarm SET silenced_until = %(until)s, silenced_by = coalesce(nullif(%(by_name)s, ''), %(by)s),
                     silence_reason = %(reason)s, changed_at = %(at)s
     WHERE id = %(alarm)s AND state <> 'cleared'
"""
_UNSILENCED = "UPDATE alarm SET silenced_until = NULL, changed_at = %(at)s WHERE id = %(alarm)s"
_CLEARED = """
    UPDATE alarm SET state = 'cleared', cleared_at = %(at)s, changed_at = %(at)s, silent_since = NULL,
                     silenced_until = NULL
     WHERE id = %(alarm)s AND state <> 'cleared'
"""
_INCIDENT_LEVELS = """
    UPDATE incident SET level = worst.level
      FROM (SELECT incident_id, min(level) AS level FROM alarm WHERE id = ANY(%s) GROUP BY incident_id) AS worst
     WHERE incident.id = worst.incident_id AND incident.level > worst.level
"""
_CLOSE_INCIDENTS = """
    UPDATE incident SET closed_at = %s
     WHERE closed_at IS NULL
       AND NOT EXISTS (SELECT FROM alarm WHERE incident_id = incident.id AND state <> 'cleared')
"""
_SILENT = """
    UPDATE alarm SET silent_since = %s
     WHERE device_id = %s AND state <> 'cleared' AND rule <> 'alarm/offline/device'
"""
_UNIT_STATE = """
    INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, as_of)
    SELECT unit_id, total, colour, grade, coverage, dimensions, as_of
      FROM jsonb_to_recordset(%s) AS now (unit_id text, total float8, colour text, grade text, coverage float8,
                                          dimensions jsonb, as_of timestamptz)
    ON CONFLICT (unit_id) DO UPDATE
       SET total = excluded.total, colour = excluded.colour, grade = excluded.grade, coverage = excluded.coverage,
           dimensions = excluded.dimensions, as_of = excluded.as_of
"""
_UNIT_ALARMS = """
    INSERT INTO unit_state (unit_id, colour, grade, coverage, dimensions, open_alarms, worst_level, as_of)
    SELECT unit_id, 'none', 'none', 0, '{}', open_alarms, worst_level, %s
      FROM unnest(%s::text[], %s::int[], %s::int[]) AS now (unit_id, open_alarms, worst_level)
    ON CONFLICT (unit_id) DO UPDATE SET open_alarms = excluded.open_alarms, worst_level = excluded.worst_level
"""
_UNIT_INDEX = """
    INSERT INTO unit_index (unit_id, at, total, colour, grade, coverage, result)
    SELECT unit_id, at, total, colour, grade, coverage, result
      FROM jsonb_to_recordset(%s) AS now (unit_id text, at timestamptz, total float8, colour text, grade text,
                                          coverage float8, result jsonb)
    ON CONFLICT DO NOTHING
"""
_UNIT_CLOSED = "DELETE FROM unit_state WHERE unit_id = ANY(%s)"
_STILL_SO = "UPDATE unit_state SET as_of = %s"


class Jsonb(psycopg.types.json.Jsonb):
    """Rows as one JSON value: an array of JSON texts would be escaped character by character."""

    def __init__(self, rows: list[dict[str, Any]]):
        super().__init__(rows, dumps=msgspec.json.Encoder().encode)


class Projections:
    """Gathers what a step changed; `write` brings it to the tables."""

    def __init__(self, judge: Judge):
        self._judge = judge
        self._forget()
        # Another version of the product may have counted them differently.
        self._alarm_units.update(alarm.unit for alarm in judge.alarms.state.alarms.values())

    def hear(self, event: Event) -> None:
        if type(event) is ReadingTaken:
            self._devices.add(event.device)
            return
        match event:
            case DeviceCameOnline() | DeviceWentOffline():
                self._presence(event)
            case (
                AlarmRaised() | AlarmChanged() | AlarmAcknowledged() | AlarmAssigned() | AlarmCommented()
                | AlarmSilenced() | AlarmUnsilenced() | AlarmCleared()
            ):  # fmt: skip
                self._alarms.append(event)
                self._alarm_units.add(event.unit)
            case DeviceRegistered():
                self._devices.add(event.device)
                self._alarm_units.add(event.unit)
            case DeviceRemoved():
                self._removed.add(event.device)
            case UnitClosed():
                self._closed.add(event.unit)

    def scored(self, results: Sequence[IndexResult], everything: bool = False) -> None:
        self._results.extend(results)
        self._still_so: bool = self._still_so or everything

    def is_empty(self) -> bool:
        return not (
            self._devices or self._alarms or self._alarm_units or self._results or self._transitions or self._removed
            or self._closed or self._still_so
        )  # fmt: skip

    def write(self, connection: Connection, now: datetime) -> None:
        with connection.cursor() as cursor:
            self._write_devices(cursor)
            self._write_alarms(cursor, now)
            self._write_units(cursor, now)
        self._forget()

    def _presence(self, event: DeviceCameOnline | DeviceWentOffline) -> None:
        """A coming or going that took effect; one told twice did not."""
        known = self._judge.online.devices.get(event.device)
        is_coming = isinstance(event, DeviceCameOnline)
        if known is not None and known.online is is_coming and known.changed_at == millis(event.at):
            self._devices.add(event.device)
            self._transitions.append((event.device, event.at, is_coming))

    def _write_devices(self, cursor: Any) -> None:
        gone = self._devices & self._removed
        rows = [row for id in sorted(self._devices - gone) if (row := self._device_row(id)) is not None]
        if rows:
            cursor.execute(_DEVICE_STATE, (Jsonb(rows),))
        for is_coming, some in groupby(self._transitions, key=itemgetter(2)):
            if is_coming:
                cursor.executemany(_CAME, [(device, at) for device, at, _ in some])
            else:
                cursor.executemany(_WENT, [(at, device) for device, at, _ in some])
        for device, at, is_coming in self._transitions:
            if self._judge.alarms.book.keys_of_device(device):
                self._silences[device] = None if is_coming else at
        if self._removed:
            cursor.execute(_REMOVED, (sorted(self._removed),))

    def _device_row(self, id: str) -> dict[str, Any] | None:
        presence, device = self._judge.online.devices.get(id), self._judge.alarms.state.devices.get(id)
        if presence is None or device is None:
            return None
        readings = {metric: {"value": value, "at": from_millis(at)} for metric, (at, value) in device.last.items()}
        return {
            "device_id": id, "unit_id": presence.unit, "online": presence.online, "seen_at": _moment(presence.seen_at),
            "changed_at": _moment(presence.changed_at), "readings": readings,
        }  # fmt: skip

    def _write_alarms(self, cursor: Any, now: datetime) -> None:
        def of(*kinds: type[Event]) -> list[dict[str, Any]]:
            # An alarm is raised once and cleared once, so the kinds may be written one after the other.
            return [_plain(event) for event in self._alarms if type(event) in kinds]

        raised, changed, cleared = of(AlarmRaised), of(AlarmChanged), of(AlarmCleared)
        for query, rows in (
            (_INCIDENT, raised), (_RAISED, raised), (_CHANGED, changed), (_ACKNOWLEDGED, of(AlarmAcknowledged)),
            (_ASSIGNED, of(AlarmAssigned)), (_COMMENTED, of(AlarmCommented)),
        ):  # fmt: skip
            if rows:
                cursor.executemany(query, rows)
        for event in self._alarms:  # silent and calling again may alternate: in their order
            if isinstance(event, AlarmSilenced | AlarmUnsilenced):
                cursor.execute(_SILENCED if isinstance(event, AlarmSilenced) else _UNSILENCED, _plain(event))
        if cleared:
            cursor.executemany(_CLEARED, cleared)
        for device, at in self._silences.items():
            cursor.execute(_SILENT, (at, device))
        if changed:
            cursor.execute(_INCIDENT_LEVELS, ([row["alarm"] for row in changed],))
        if changed or cleared:
            cursor.execute(_CLOSE_INCIDENTS, (now,))

    def _write_units(self, cursor: Any, now: datetime) -> None:
        results = list({(result.unit, result.at): result for result in self._results}.values())
        newest = list({result.unit: result for result in results}.values())
        if newest:
            cursor.execute(_UNIT_STATE, (Jsonb([
                {**_summary(r), "dimensions": {key: each.score for key, each in r.dimensions.items()}, "as_of": r.at}
                for r in newest
            ]),))  # fmt: skip
            cursor.execute(_UNIT_INDEX, (Jsonb([{**_summary(r), "at": r.at, "result": r} for r in results]),))
        if self._alarm_units:
            cursor.execute(_UNIT_ALARMS, [now, *_columns(self._unit_alarms(id) for id in sorted(self._alarm_units))])
        if self._closed:
            cursor.execute(_UNIT_CLOSED, (sorted(self._closed),))
        if self._still_so:
            cursor.execute(_STILL_SO, (now,))

    def _unit_alarms(self, unit: str) -> tuple[str, int, int | None]:
        levels = [
            alarm.level
            for alarm in self._judge.alarms.book.of_unit(unit)
            if alarm.level < INFORMATION and not alarm.silenced_until
        ]
        return unit, len(levels), min(levels, default=None)

    def _forget(self) -> None:
        self._devices: set[str] = set()
        self._removed: set[str] = set()
        self._closed: set[str] = set()
        self._alarm_units: set[str] = set()
        self._alarms: list[Event] = []
        self._transitions: list[tuple[str, datetime, bool]] = []
        self._silences: dict[str, datetime | None] = {}
        self._results: list[IndexResult] = []
        self._still_so = False


def _plain(event: Event) -> dict[str, Any]:
    row = {name: getattr(event, name) for name in event.__struct_fields__}
    if isinstance(event, AlarmRaised):
        row["device"], row["metric"] = event.device or None, event.metric or None
        row["cause"] = event.incident.partition(":")[0]
    return row


def _summary(result: IndexResult) -> dict[str, Any]:
    return {
        "unit_id": result.unit, "total": result.total, "colour": result.colour, "grade": result.grade,
        "coverage": result.coverage,
    }  # fmt: skip


def _columns(rows: Iterable[tuple]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _moment(at: int) -> datetime | None:
    return from_millis(at) if at else None
