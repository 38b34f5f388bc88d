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
    CameraFaultCleared,
    CameraFaultFound,
    DeviceCameOnline,
    DeviceWentOffline,
    Event,
    IndexChanged,
    ReadingTaken,
    RectificationClosed,
    RectificationOrdered,
    SelfInspectionDone,
)
from streaming.log import Batch
from twin import alarms, registration
from twin.known import device_of, later, unit_of
from twin.placing import put_device, put_unit
from twin.state import City, Device, Fault, Index, Reading, Unit

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
        later(device.seen_at, event.at), {**readings, event.metric: Reading(event.value, event.at)}, device.faults,
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
    device = device_of(city, event)
    if device.told_at is not None and event.at < device.told_at:
        return city
    since = event.at if device.online is not online else device.since
    seen_at = later(device.seen_at, event.at) if online else device.seen_at
    return put_device(city, replace(device, online=online, since=since, told_at=event.at, seen_at=seen_at))


def _camera_fault_found(city: City, event: CameraFaultFound) -> City:
    return _camera_fault(city, event, present=True)


def _camera_fault_cleared(city: City, event: CameraFaultCleared) -> City:
    return _camera_fault(city, event, present=False)


def _camera_fault(city: City, event: CameraFaultFound | CameraFaultCleared, present: bool) -> City:
    device = device_of(city, event)
    known = device.faults.get(event.fault)
    if known is not None and (event.at < known.at or known.present is present):
        return city
    return put_device(city, replace(device, faults={**device.faults, event.fault: Fault(present, event.at)}))


# --- what was done --------------------------------------------------------------------------------------------


def _self_inspection_done(city: City, event: SelfInspectionDone) -> City:
    if event.round != "daily_control":
        return city
    unit = unit_of(city, event.unit)
    day = _local_day(event.at, city.timezone)
    if unit.self_inspected_on is not None and day <= unit.self_inspected_on:
        return city
    return put_unit(city, replace(unit, self_inspected_on=day))


def _rectification_ordered(city: City, event: RectificationOrdered) -> City:
    unit = unit_of(city, event.unit)
    if event.rectification in unit.rectifications:
        return city
    return _with_rectification(city, unit, event.rectification, closed=False)


def _rectification_closed(city: City, event: RectificationClosed) -> City:
    unit = unit_of(city, event.unit)
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


def _index_changed(city: City, event: IndexChanged) -> City:
    unit = unit_of(city, event.unit)
    if unit.index is not None and event.at < unit.index.as_of:
        return city
    total = event.total if event.total is not None and math.isfinite(event.total) else None
    index = Index(total, event.colour, event.grade, event.coverage, event.dimensions, event.at)
    return put_unit(city, replace(unit, index=index))


def _local_day(at: datetime, timezone: str) -> date:
    try:
        return at.astimezone(_zone(timezone)).date()
    except OverflowError:  # the first or last hours of the calendar
        return at.date()


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


_HANDLERS: dict[type, Callable[[City, Any], City]] = {
    **registration.HANDLERS,
    **alarms.HANDLERS,
    ReadingTaken: _reading_taken,
    DeviceCameOnline: _device_came_online,
    DeviceWentOffline: _device_went_offline,
    CameraFaultFound: _camera_fault_found,
    CameraFaultCleared: _camera_fault_cleared,
    SelfInspectionDone: _self_inspection_done,
    RectificationOrdered: _rectification_ordered,
    RectificationClosed: _rectification_closed,
    IndexChanged: _index_changed,
}
