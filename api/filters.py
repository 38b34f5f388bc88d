"""Filters that several lists share."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query

from api.house import Database
from api.problems import wrong
from records.areas.store import Areas
from records.devices.reading import Devices
from records.units.store import Units
from sensors.catalogue import BUSINESS_TYPES, CATALOGUE

Id = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]*$")]
Text = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


def _area_path(connection: Database, area: Text = None) -> str | None:
    """Where the area of the query lies. An area of any level takes in everything below it."""
    if area is None:
        return None
    path = Areas(connection).path(area)
    if path is None:
        raise wrong("area", area, "there is no such area; GET /api/v1/areas lists them")
    return path


def _known_unit(connection: Database, unit: Text = None) -> str | None:
    if unit is not None and not Units(connection).exists(unit):
        raise wrong("unit", unit, "no such unit is registered; GET /api/v1/units lists them")
    return unit


def _known_device(connection: Database, device: Text = None) -> str | None:
    if device is not None and not Devices(connection).was_registered(device):
        raise wrong("device", device, "no such device was ever registered; GET /api/v1/devices lists them")
    return device


UnitId = Annotated[str | None, Depends(_known_unit)]
DeviceId = Annotated[str | None, Depends(_known_device)]
AreaPath = Annotated[str | None, Depends(_area_path)]


def one_of(field: str, value: str | None, allowed: object) -> str | None:
    """The value, if it is allowed."""
    names = list(allowed)  # type: ignore[call-overload]
    if value is not None and value not in names:
        raise wrong(field, value, f"allowed are {', '.join(names)}")
    return value


def business_type(type: Text = None) -> str | None:
    return one_of("type", type, BUSINESS_TYPES)


def device_kind(kind: Text = None) -> str | None:
    return one_of("kind", kind, CATALOGUE)


BusinessType = Annotated[str | None, Depends(business_type)]
DeviceKind = Annotated[str | None, Depends(device_kind)]


def in_order(since: datetime | None, until: datetime | None) -> None:
    if since and until and since > until:
        raise wrong("from", since.isoformat(), f"later than `to`; allowed are moments until {until.isoformat()}")


def moment(field: str, value: datetime | None) -> datetime | None:
    """A time of a query. Without an offset nobody knows which moment is meant."""
    if value is not None and value.tzinfo is None:
        raise wrong(field, value.isoformat(), "an offset is needed: 2026-06-18T12:00:00%2B08:00 or ...T04:00:00Z")
    return value
