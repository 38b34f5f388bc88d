"""Registering units."""

from datetime import datetime

from psycopg import Connection

from records.registration import Key, Room
from records.units.model import SHEET
from records.units.store import CHECKS, COMPLETE, IDENTIFY, NOW_SAY
from streaming.events import Event, UnitRegistered


def registered(connection: Connection, keys: list[Key], now: datetime) -> list[Event]:
    """What the entries of these units now say."""
    rows = connection.execute(NOW_SAY, ([key[0] for key in keys],)).fetchall()
    return [
        UnitRegistered(
            unit=unit, at=now, name=name, name_en=name_en, business_type=business_type, area=banner, street=street,
            latitude=latitude, longitude=longitude, opens_at=opens_at, closes_at=closes_at,
        )
        for unit, name, name_en, business_type, banner, street, latitude, longitude, opens_at, closes_at in rows
    ]  # fmt: skip


UNITS = Room(
    sheet=SHEET,
    events=registered,
    derived=(("banner_id", "text"), ("area_path", "text")),
    touch=", updated_at = now()",
    identify=IDENTIFY,
    complete=COMPLETE,
    checks=CHECKS,
)
