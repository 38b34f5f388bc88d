"""Registering and closing units."""

from datetime import datetime

from psycopg import Connection

from records.devices.actions import bound
from records.licences.actions import recorded
from records.people.actions import recorded as employed
from records.registration import Key, Room, tell
from records.units.model import SHEET
from records.units.store import (
    CHECKS,
    CLOSE,
    CLOSED,
    COMPLETE,
    DEVICES_OF,
    IDENTIFY,
    LICENCES_OF,
    NOW_SAY,
    ONCE_CLOSED,
    PEOPLE_OF,
)
from streaming.events import Event, UnitClosed, UnitRegistered
from streaming.log import Log


def registered(connection: Connection, keys: list[Key], now: datetime) -> list[Event]:
    """What the entries of these units now say."""
    rows = connection.execute(NOW_SAY, ([key[0] for key in keys],)).fetchall()
    return [
        UnitRegistered(
            unit=unit, at=now, name=name, name_en=name_en, business_type=business_type, area=banner, street=street,
            latitude=latitude, longitude=longitude, opens_at=opens_at, closes_at=closes_at,
        )
        if status == "active" else UnitClosed(unit=unit, at=now)
        for unit, name, name_en, business_type, banner, street, latitude, longitude, opens_at, closes_at, status in rows
    ]  # fmt: skip


def close(connection: Connection, unit: str, reason: str, now: datetime, log: Log) -> bool:
    """The unit leaves the city. Its history stays, and an import may open it again. False when it is not there."""
    with connection.transaction():
        if connection.execute(CLOSE, (unit,)).fetchone() is None:
            return connection.execute(CLOSED, (unit,)).fetchone() is not None
        tell(connection, [UnitClosed(unit=unit, at=now, reason=reason)], log)
    return True


def _opened_again(connection: Connection, saved: list[Key], now: datetime) -> tuple[list[Key], list[Event]]:
    """Who forgot a closed unit forgot its devices, licences and people too: they are told once more."""
    units = [unit for (unit,) in connection.execute(ONCE_CLOSED, ([key[0] for key in saved],))]
    devices: list[Key] = [(id,) for (id,) in connection.execute(DEVICES_OF, (units,))] if units else []
    people: list[Key] = [(id,) for (id,) in connection.execute(PEOPLE_OF, (units,))] if units else []
    licences: list[Key] = list(connection.execute(LICENCES_OF, (units,))) if units else []
    return [], [
        *bound(connection, devices, now),
        *recorded(connection, licences, now),
        *employed(connection, people, now),
    ] if units else []


UNITS = Room(
    sheet=SHEET,
    events=registered,
    derived=(("banner_id", "text"), ("area_path", "text")),
    touch=", updated_at = now()",
    identify=IDENTIFY,
    complete=COMPLETE,
    checks=CHECKS,
    after=_opened_again,
)
