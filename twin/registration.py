"""Who is who: areas, units, devices and licences as their registry tells of them."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from streaming.events import (
    AreaDrawn,
    DeviceRegistered,
    DeviceRemoved,
    LicenceRecorded,
    UnitClosed,
    UnitRegistered,
)
from twin.known import device_of, is_old, unit_of
from twin.placing import put_device, put_unit
from twin.state import Area, City, Licence


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
    unit = unit_of(city, event.unit)
    if is_old(event.at, unit.registered_at) or is_old(event.at, unit.closed_at):
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
    unit = unit_of(city, event.unit)
    if unit.closed_at is not None or is_old(event.at, unit.registered_at):
        return city
    return put_unit(city, replace(unit, closed_at=event.at))


def _device_registered(city: City, event: DeviceRegistered) -> City:
    device = device_of(city, event)
    if is_old(event.at, device.registered_at) or is_old(event.at, device.removed_at):
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
    device = device_of(city, event)
    if device.removed_at is not None or is_old(event.at, device.registered_at):
        return city
    return put_device(city, replace(device, removed_at=event.at))


def _licence_recorded(city: City, event: LicenceRecorded) -> City:
    unit = unit_of(city, event.unit)
    known = unit.licences.get(event.licence)
    if known is not None and event.at < known.recorded_at:
        return city
    licence = Licence(event.number, event.expires_on, event.at)
    return put_unit(city, replace(unit, licences={**unit.licences, event.licence: licence}))


HANDLERS: dict[type, Callable[[City, Any], City]] = {
    AreaDrawn: _area_drawn,
    UnitRegistered: _unit_registered,
    UnitClosed: _unit_closed,
    DeviceRegistered: _device_registered,
    DeviceRemoved: _device_removed,
    LicenceRecorded: _licence_recorded,
}
