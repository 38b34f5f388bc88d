"""Alarms as the judges tell of them, and what people do with them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from streaming.events import (
    AlarmAcknowledged,
    AlarmAssigned,
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    AlarmSilenced,
    AlarmUnsilenced,
)
from twin.known import is_after, is_old, unit_of
from twin.placing import put_unit
from twin.state import Alarm, City, Unit

CLEARED_KEPT = 32  # ids of cleared alarms remembered per unit


def _alarm_raised(city: City, event: AlarmRaised) -> City:
    unit = unit_of(city, event.unit)
    if event.alarm in unit.alarms or not is_after(event.at, unit.cleared.get(event.alarm)):
        return city
    if event.alarm in city.alarms:
        return city  # the same alarm told of two units: the first word stands
    since = event.since if event.since.tzinfo else event.since.replace(tzinfo=UTC)
    alarm = Alarm(
        event.alarm, event.unit, event.device, event.metric, event.rule, event.level, "open", since, event.at, event.at,
        event.reason, event.incident, event.value, event.limit,
    )  # fmt: skip
    return _with_alarm(city, unit, alarm)


def _alarm_changed(city: City, event: AlarmChanged) -> City:
    unit = unit_of(city, event.unit)
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or event.at < alarm.changed_at:
        return city
    value = alarm.value if event.value is None else event.value
    incident = event.incident or alarm.incident
    changed = replace(alarm, level=event.level, value=value, incident=incident, changed_at=event.at)
    return _with_alarm(city, unit, changed)


def _alarm_acknowledged(city: City, event: AlarmAcknowledged) -> City:
    unit = unit_of(city, event.unit)
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or alarm.state == "acknowledged":
        return city
    taken = replace(
        alarm, state="acknowledged", acknowledged_at=event.at, acknowledged_by=event.by,
        acknowledged_name=event.by_name or event.by,
    )  # fmt: skip
    return _with_alarm(city, unit, taken)


def _alarm_assigned(city: City, event: AlarmAssigned) -> City:
    unit = unit_of(city, event.unit)
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or is_old(event.at, alarm.assigned_at):
        return city
    return _with_alarm(city, unit, replace(alarm, assignee=event.to, assignee_name=event.name, assigned_at=event.at))


def _alarm_silenced(city: City, event: AlarmSilenced) -> City:
    until = event.until if event.until.tzinfo else event.until.replace(tzinfo=UTC)
    return _quiet(city, event, until)


def _alarm_unsilenced(city: City, event: AlarmUnsilenced) -> City:
    return _quiet(city, event, None)


def _quiet(city: City, event: AlarmSilenced | AlarmUnsilenced, until: datetime | None) -> City:
    unit = unit_of(city, event.unit)
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or is_old(event.at, alarm.silence_told_at):
        return city
    return _with_alarm(city, unit, replace(alarm, silenced_until=until, silence_told_at=event.at))


def _alarm_cleared(city: City, event: AlarmCleared) -> City:
    unit = unit_of(city, event.unit)
    alarm, cleared_at = unit.alarms.get(event.alarm), unit.cleared.get(event.alarm)
    if not is_after(event.at, cleared_at) or city.alarms.get(event.alarm, unit.id) != unit.id:
        return city
    if alarm is not None and event.at < alarm.raised_at:
        return city  # a late word on an earlier time it was raised
    alarms = {id: alarm for id, alarm in unit.alarms.items() if id != event.alarm}
    cleared = {id: at for id, at in unit.cleared.items() if id != event.alarm} | {event.alarm: event.at}
    if len(cleared) > CLEARED_KEPT:
        del cleared[next(iter(cleared))]
    if event.alarm in city.alarms:
        city = replace(city, alarms=city.alarms.delete(event.alarm))
    return put_unit(city, replace(unit, alarms=alarms, cleared=cleared))


def _with_alarm(city: City, unit: Unit, alarm: Alarm) -> City:
    if city.alarms.get(alarm.id) != unit.id:
        city = replace(city, alarms=city.alarms.set(alarm.id, unit.id))
    return put_unit(city, replace(unit, alarms={**unit.alarms, alarm.id: alarm}))


HANDLERS: dict[type, Callable[[City, Any], City]] = {
    AlarmRaised: _alarm_raised,
    AlarmChanged: _alarm_changed,
    AlarmAcknowledged: _alarm_acknowledged,
    AlarmAssigned: _alarm_assigned,
    AlarmSilenced: _alarm_silenced,
    AlarmUnsilenced: _alarm_unsilenced,
    AlarmCleared: _alarm_cleared,
}
