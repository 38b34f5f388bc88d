"""Binding devices to units, and taking them away."""

from datetime import datetime

from psycopg import Connection

from records.devices.model import SHEET
from records.devices.store import ADD_ALIASES, CHECKS, COMPLETE, FORGET_ALIASES, MOVING, NOW_SAY, REMOVE
from records.registration import Key, Room, tell
from streaming.events import DeviceRegistered, DeviceRemoved, Event
from streaming.log import Log


def bound(connection: Connection, keys: list[Key], now: datetime) -> list[Event]:
    """What the entries of these devices now say."""
    rows = connection.execute(NOW_SAY, ([key[0] for key in keys],)).fetchall()
    return [
        DeviceRegistered(
            unit=unit, at=now, device=device, device_kind=kind, name=name, room=room, interval_seconds=interval,
            public=public,
        )
        for device, unit, kind, name, room, interval, public in rows
    ]  # fmt: skip


def remove(connection: Connection, device: str, now: datetime, log: Log) -> bool:
    """Take a device away. Its readings stay, its other names are free again. False when it is not there."""
    with connection.transaction():
        row = connection.execute(REMOVE, (now, device)).fetchone()
        if row is None:
            return False
        connection.execute("DELETE FROM device_alias WHERE device_id = %s", (device,))
        tell(connection, [DeviceRemoved(unit=row[0], at=now, device=device)], log)
    return True


def _leaving(connection: Connection, now: datetime) -> list[Event]:
    """A device that goes to another unit leaves the one it was in."""
    return [DeviceRemoved(unit=unit, at=now, device=device) for device, unit in connection.execute(MOVING).fetchall()]


def _renamed(connection: Connection, saved: list[Key], now: datetime) -> tuple[list[Key], list[Event]]:
    changed = connection.execute(FORGET_ALIASES).fetchall() + connection.execute(ADD_ALIASES).fetchall()
    return sorted({(device,) for (device,) in changed}), []


DEVICES = Room(
    sheet=SHEET,
    events=bound,
    derived=(("removed_at", "timestamptz"),),
    complete=COMPLETE,
    checks=CHECKS,
    before=_leaving,
    after=_renamed,
)
