"""Drawing areas."""

from datetime import datetime
from typing import LiteralString

from psycopg import Connection

from records.areas.model import SHEET, Place, why_misplaced
from records.areas.store import MOVE_UNITS, REPATH, Areas
from records.registration import Key, Room
from records.sheet import Rejected
from records.units.actions import registered
from streaming.events import AreaDrawn, Event


def drawn(connection: Connection, keys: list[Key], now: datetime) -> list[Event]:
    """What the entries of these areas now say, an area after the one that it lies in."""
    return [
        AreaDrawn(
            unit="", at=now, area=area.id, level=area.kind, name=area.name, parent=area.parent_id or "",
            name_en=area.name_en, latitude=area.latitude, longitude=area.longitude, demonstration=area.demonstration,
        )
        for area in Areas(connection).named([key[0] for key in keys])
    ]  # fmt: skip


def _misplaced(connection: Connection) -> list[Rejected]:
    """Rows that do not fit into the tree. A row taken out may leave others hanging, so ask until all fit."""
    before = _places(connection, "SELECT id, 0, parent_id, kind FROM area")
    told = _places(connection, "SELECT DISTINCT ON (id) id, row_no, parent_id, kind FROM incoming ORDER BY id, row_no")
    places = {area: place for area, (_row, place) in {**before, **told}.items()}
    rejected: list[Rejected] = []
    while True:
        wrong = [(area, reason) for area in told if (reason := why_misplaced(area, places))]
        if not wrong:
            return rejected
        for area, reason in wrong:
            row, place = told.pop(area)
            rejected.append(Rejected(row, "parent_id", place.parent or "", reason))
            del places[area]
            if area in before:
                places[area] = before[area][1]


def _places(connection: Connection, query: LiteralString) -> dict[str, tuple[int, Place]]:
    return {area: (row, Place(parent, kind)) for area, row, parent, kind in connection.execute(query)}


def _moved(connection: Connection, saved: list[Key], now: datetime) -> tuple[list[Key], list[Event]]:
    """An area that moved takes its units along."""
    connection.execute(REPATH)
    units = connection.execute(MOVE_UNITS).fetchall()
    return [], registered(connection, list(units), now)


AREAS = Room(sheet=SHEET, events=drawn, inspect=_misplaced, after=_moved)
