"""The registry as files: which tables there are, and taking them in and giving them out."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from psycopg import Connection
from psycopg.rows import TupleRow

from records.areas.actions import AREAS
from records.areas.store import EXPORT as EXPORT_AREAS
from records.devices.actions import DEVICES
from records.devices.store import EXPORT as EXPORT_DEVICES
from records.licences.actions import LICENCES
from records.licences.store import EXPORT as EXPORT_LICENCES
from records.people.actions import PEOPLE
from records.people.store import EXPORT as EXPORT_PEOPLE
from records.registration import Room, register
from records.sheet import Report
from records.spreadsheets import WRITERS, read_table, write_file
from records.units.actions import UNITS
from records.units.store import EXPORT as EXPORT_UNITS
from streaming.log import Log

# In the order in which they refer to each other.
ROOMS: dict[str, Room] = {
    "areas": AREAS,
    "units": UNITS,
    "devices": DEVICES,
    "licences": LICENCES,
    "people": PEOPLE,
}
_EXPORTS = {
    "areas": EXPORT_AREAS,
    "units": EXPORT_UNITS,
    "devices": EXPORT_DEVICES,
    "licences": EXPORT_LICENCES,
    "people": EXPORT_PEOPLE,
}


def import_table(
    connection: Connection, what: str, raw: bytes, now: datetime, log: Log, accept_valid: bool = False
) -> Report:
    """Take in a CSV or XLSX file. Raises UnreadableTable or ImportRefused with nothing imported."""
    return register(connection, ROOMS[what], read_table(raw), now, log, accept_valid)


def export_table(connection: Connection, what: str, form: str, without: Sequence[str] = ()) -> bytes:
    """The table as it can be imported again; `form` is csv or xlsx. A column that it is `without` keeps what the
    registry says when the file comes back."""
    fields = ROOMS[what].sheet.fields
    kept = [place for place, field in enumerate(fields) if field not in without]
    rows = [[row[place] for place in kept] for row in _rows(connection, what)] if without else _rows(connection, what)
    return WRITERS[form]([fields[place] for place in kept], rows)


def export_file(connection: Connection, what: str, path: Path) -> int:
    """Write a .csv or .xlsx file and answer its number of entries."""
    rows = _rows(connection, what)
    write_file(path, ROOMS[what].sheet.fields, rows)
    return len(rows)


def _rows(connection: Connection, what: str) -> list[TupleRow]:
    return connection.execute(_EXPORTS[what].encode()).fetchall()
