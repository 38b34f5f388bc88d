"""What is known of a thing when a fact about it comes, and which of two times is the newer."""

from datetime import datetime
from typing import Any

from twin.state import City, Device, Unit


def unit_of(city: City, id: str) -> Unit:
    """The unit, or a placeholder until its entry comes."""
    return city.units.get(id) or Unit(id)


def device_of(city: City, event: Any) -> Device:
    return city.devices.get(event.device) or Device(event.device, event.unit)


def later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None or at > known else known


def is_old(at: datetime, known: datetime | None) -> bool:
    return known is not None and at < known


def is_after(at: datetime, known: datetime | None) -> bool:
    return known is None or at > known
