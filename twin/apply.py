"""The twin is a fold: `apply(state, event)` is the state after the event. Live wall, replay and tests run this line.

Pure and total: no clock, no database, and no event whatsoever makes it raise. News that is older than what is known
changes nothing, so a repeated or late event does no harm. An event of a unit or device that has no entry yet is kept
on a placeholder that is listed and counted nowhere until the entry comes.
"""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from streaming.events import (
    AlarmAcknowledged,
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    AreaDrawn,
    CameraFaultCleared,
    CameraFaultFound,
    DeviceCameOnline,
    DeviceRegistered,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    IndexChanged,
    LicenceRecorded,
    ReadingTaken,
    RectificationClosed,
    RectificationOrdered,
    SelfInspectionDone,
    UnitClosed,
    UnitRegistered,
)
from streaming.log import Batch
from twin.placing import put_device, put_unit
from twin.state import Alarm, Area, City, Device, Fault, Index, Licence, Reading, Unit

CLEARED_KEPT = 32  # ids of cleared alarms remembered per unit
RECTIFICATIONS_KEPT = 64  # per unit, open ones always


def apply(city: City, event: Event) -> City:
    """The city after the event; the same object when the event says nothing new."""
    if event.at.tzinfo is None:
        event = replace(event, at=event.at.replace(tzinfo=UTC))
    handler = _HANDLERS.get(type(event))
    return handler(city, event) if handler else city


def fold(city: City, events: Iterable[Event]) -> City:
    for event in events:
        city = apply(city, event)
    return city


def apply_batch(city: City, batch: Batch) -> City:
    """The city after a batch of the log; a batch that is already in it changes nothing."""
    if batch.offset <= city.offset:
        return city
    return replace(fold(city, batch.events), offset=batch.offset, recorded_at=batch.recorded_at)


# --- from devices ---------------------------------------------------------------------------------------------


def _reading_taken(city: City, event: ReadingTaken) -> City:
    device = city.devices.get(event.device)
    if device is None:
        device = Device(event.device, event.unit)
    readings = device.readings
    known = readings.get(event.metric)
    if known is not None and event.at <= known.at:
        return city  # a late message must not overwrite newer news, and the same fact twice is one fact
    device = Device(
        device.id, device.unit, device.kind, device.room, device.name, device.interval, device.public,
        device.registered_at, device.removed_at, device.online, device.since, device.told_at,
        _later(device.seen_at, event.at), {**readings, event.metric: Reading(event.value, event.at)}, device.faults,
    )  # fmt: skip
    # Spelled out rather than replace(): this is the one event that comes thousands of times a second.
    return City(
        city.areas, city.units, city.devices.set(device.id, device), city.alarms, city.tallies, city.timezone,
        city.offset, city.recorded_at,
    )  # fmt: skip


def _device_came_online(city: City, event: DeviceCameOnline) -> City:
    return _told(city, event, online=True)


def _device_went_offline(city: City, event: DeviceWentOffline) -> City:
    return _told(city, event, online=False)


def _told(city: City, event: DeviceCameOnline | DeviceWentOffline, online: bool) -> City:
    device = _device(city, event)
    if device.told_at is not None and event.at < device.told_at:
        return city
    since = event.at if device.online is not online else device.since
    seen_at = _later(device.seen_at, event.at) if online else device.seen_at
    return put_device(city, replace(device, online=online, since=since, told_at=event.at, seen_at=seen_at))


def _camera_fault_found(city: City, event: CameraFaultFound) -> City:
    return _camera_fault(city, event, present=True)


def _camera_fault_cleared(city: City, event: CameraFaultCleared) -> City:
    return _camera_fault(city, event, present=False)


def _camera_fault(city: City, event: CameraFaultFound | CameraFaultCleared, present: bool) -> City:
    device = _device(city, event)
    known = device.faults.get(event.fault)
    if known is not None and (event.at < known.at or known.present is present):
        return city
    return put_device(city, replace(device, faults={**device.faults, event.fault: Fault(present, event.at)}))


# --- who is who -----------------------------------------------------------------------------------------------


def _area_drawn(city: City, event: AreaDrawn) -> City:
    known = city.areas.get(event.area)
    if known is not None and event.at < known.drawn_at:
        return city
    area = Area(
        event.area, event.level, event.name, event.parent, event.name_en, event.latitude, event.longitude,
        event.demonstration, event.at,
    )  # fmt: skip
    return city if area == known else replace(city, areas=city.areas.set(area.id, area))


def _unit_registered(city: City, event: UnitRegistered) -> City:
    unit = _unit(city, event.unit)
    if _is_old(event.at, unit.registered_at) or _is_old(event.at, unit.closed_at):
        return city
    entry = replace(
        unit,
        name=event.name,
        name_en=event.name_en,
        business_type=event.business_type,
        area=event.area,
        street=event.street,
        latitude=event.latitude,
        longitude=event.longitude,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        registered_at=event.at,
        closed_at=None,
    )
    return put_unit(city, entry)


def _unit_closed(city: City, event: UnitClosed) -> City:
    unit = _unit(city, event.unit)
    if unit.closed_at is not None or _is_old(event.at, unit.registered_at):
        return city
    return put_unit(city, replace(unit, closed_at=event.at))


def _device_registered(city: City, event: DeviceRegistered) -> City:
    device = _device(city, event)
    if _is_old(event.at, device.registered_at) or _is_old(event.at, device.removed_at):
        return city
    entry = replace(
        device,
        unit=event.unit,
        kind=event.device_kind,
        room=event.room,
        name=event.name,
        interval=event.interval_seconds,
        public=event.public,
        registered_at=event.at,
        removed_at=None,
    )
    return put_device(city, entry)


def _device_removed(city: City, event: DeviceRemoved) -> City:
    device = _device(city, event)
    if device.removed_at is not None or _is_old(event.at, device.registered_at):
        return city
    return put_device(city, replace(device, removed_at=event.at))


def _licence_recorded(city: City, event: LicenceRecorded) -> City:
    unit = _unit(city, event.unit)
    known = unit.licences.get(event.licence)
    if known is not None and event.at < known.recorded_at:
        return city
    licence = Licence(event.number, event.expires_on, event.at)
    return put_unit(city, replace(unit, licences={**unit.licences, event.licence: licence}))


# --- what was done --------------------------------------------------------------------------------------------


def _self_inspection_done(city: City, event: SelfInspectionDone) -> City:
    if event.round != "daily_control":
        return city
    unit = _unit(city, event.unit)
    day = _local_day(event.at, city.timezone)
    if unit.self_inspected_on is not None and day <= unit.self_inspected_on:
        return city
    return put_unit(city, replace(unit, self_inspected_on=day))


def _rectification_ordered(city: City, event: RectificationOrdered) -> City:
    unit = _unit(city, event.unit)
    if event.rectification in unit.rectifications:
        return city
    return _with_rectification(city, unit, event.rectification, closed=False)


def _rectification_closed(city: City, event: RectificationClosed) -> City:
    unit = _unit(city, event.unit)
    if unit.rectifications.get(event.rectification) is True:
        return city
    return _with_rectification(city, unit, event.rectification, closed=True)


def _with_rectification(city: City, unit: Unit, rectification: str, closed: bool) -> City:
    kept, before = {**unit.rectifications, rectification: closed}, unit.rectified_before
    oldest_closed = next((id for id, done in kept.items() if done), None)
    if len(kept) > RECTIFICATIONS_KEPT and oldest_closed is not None:
        del kept[oldest_closed]
        before += 1
    return put_unit(city, replace(unit, rectifications=kept, rectified_before=before))


# --- judgement ------------------------------------------------------------------------------------------------


def _alarm_raised(city: City, event: AlarmRaised) -> City:
    unit = _unit(city, event.unit)
    if event.alarm in unit.alarms or not _is_after(event.at, unit.cleared.get(event.alarm)):
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
    unit = _unit(city, event.unit)
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or event.at < alarm.changed_at:
        return city
    value = alarm.value if event.value is None else event.value
    incident = event.incident or alarm.incident
    changed = replace(alarm, level=event.level, value=value, incident=incident, changed_at=event.at)
    return _with_alarm(city, unit, changed)


def _alarm_acknowledged(city: City, event: AlarmAcknowledged) -> City:
    unit = _unit(city, event.unit)
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or alarm.state == "acknowledged":
        return city
    return _with_alarm(city, unit, replace(alarm, state="acknowledged"))


def _alarm_cleared(city: City, event: AlarmCleared) -> City:
    unit = _unit(city, event.unit)
    alarm, cleared_at = unit.alarms.get(event.alarm), unit.cleared.get(event.alarm)
    if not _is_after(event.at, cleared_at) or city.alarms.get(event.alarm, unit.id) != unit.id:
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


def _index_changed(city: City, event: IndexChanged) -> City:
    unit = _unit(city, event.unit)
    if unit.index is not None and event.at < unit.index.as_of:
        return city
    total = event.total if event.total is not None and math.isfinite(event.total) else None
    index = Index(total, event.colour, event.grade, event.coverage, event.dimensions, event.at)
    return put_unit(city, replace(unit, index=index))


# --- small things ---------------------------------------------------------------------------------------------


def _unit(city: City, id: str) -> Unit:
    return city.units.get(id) or Unit(id)


def _device(city: City, event: Any) -> Device:
    return city.devices.get(event.device) or Device(event.device, event.unit)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None or at > known else known


def _is_old(at: datetime, known: datetime | None) -> bool:
    return known is not None and at < known


def _is_after(at: datetime, known: datetime | None) -> bool:
    return known is None or at > known


def _local_day(at: datetime, timezone: str) -> date:
    try:
        return at.astimezone(_zone(timezone)).date()
    except OverflowError:  # the first or last hours of the calendar
        return at.date()


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


_HANDLERS: dict[type, Callable[[City, Any], City]] = {
    ReadingTaken: _reading_taken,
    DeviceCameOnline: _device_came_online,
    DeviceWentOffline: _device_went_offline,
    CameraFaultFound: _camera_fault_found,
    CameraFaultCleared: _camera_fault_cleared,
    AreaDrawn: _area_drawn,
    UnitRegistered: _unit_registered,
    UnitClosed: _unit_closed,
    DeviceRegistered: _device_registered,
    DeviceRemoved: _device_removed,
    LicenceRecorded: _licence_recorded,
    SelfInspectionDone: _self_inspection_done,
    RectificationOrdered: _rectification_ordered,
    RectificationClosed: _rectification_closed,
    AlarmRaised: _alarm_raised,
    AlarmChanged: _alarm_changed,
    AlarmAcknowledged: _alarm_acknowledged,
    AlarmCleared: _alarm_cleared,
    IndexChanged: _index_changed,
}
