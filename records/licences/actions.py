"""Recording licences."""

from datetime import datetime

from psycopg import Connection

from records.licences.model import SHEET
from records.licences.store import CHECKS, NOW_SAY
from records.registration import Key, Room
from streaming.events import Event, LicenceRecorded, millis


def recorded(connection: Connection, keys: list[Key], now: datetime) -> list[Event]:
    """What these licences now say. The id names the licence: a unit's two licences may be recorded in one instant."""
    rows = connection.execute(NOW_SAY, ([unit for unit, _ in keys], [kind for _, kind in keys])).fetchall()
    return [
        LicenceRecorded(
            id=f"licence_recorded:{unit}:{kind}:{millis(now)}",
            unit=unit, at=now, licence=kind, number=number, expires_on=expires_on,
        )
        for unit, kind, number, expires_on in rows
    ]  # fmt: skip


LICENCES = Room(sheet=SHEET, events=recorded, checks=CHECKS)
