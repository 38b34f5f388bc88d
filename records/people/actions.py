"""Recording people."""

from datetime import datetime

from psycopg import Connection

from records.people.model import SHEET
from records.people.store import CHECKS, NOW_SAY
from records.registration import Key, Room
from streaming.events import Event, PersonRecorded, millis


def recorded(connection: Connection, keys: list[Key], now: datetime) -> list[Event]:
    """What the entries of these people now say. Names stay in the registry: no event carries one."""
    rows = connection.execute(NOW_SAY, ([key[0] for key in keys],)).fetchall()
    return [
        PersonRecorded(
            id=f"person_recorded:{person}:{millis(now)}",
            unit=unit, at=now, person=person, role=role, health_certificate_expires_on=expires_on, left=left,
        )
        for person, unit, role, expires_on, left in rows
    ]  # fmt: skip


PEOPLE = Room(sheet=SHEET, events=recorded, checks=CHECKS)
