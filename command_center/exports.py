"""Tables that a person takes along: CSV for any program, a workbook for an office; streamed, limited and written down.

Cells are texts, numbers, moments (told in the city's time), days, booleans or None. A text that an office program would
run as a formula stays a text.
"""

import csv
import io
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from zoneinfo import ZoneInfo

import xlsxwriter
from flask import Response, request
from psycopg import Connection, OperationalError
from psycopg_pool import PoolTimeout

from command_center.house import House
from command_center.visits import Refused
from layouts.texts import LANGUAGES
from records.spreadsheets import csv_cell
from streaming.grid import Grid

Row = Sequence[object]
Lines = Iterator[list[object]]
Opener = Callable[[], AbstractContextManager[Lines]]
CSV_ROWS = 1_000_000
XLSX_ROWS = 200_000  # a workbook is made in memory and sent when it is whole; a longer table goes as CSV
AT_ONCE = 2  # exports being made; each holds a connection of the pages' pool
BREATH = 500  # rows after which the screens of others get their turn
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Export:
    """`name` of the file, without ending. `rows` asks on a connection that sees what the person sees.

    `subject` and `subject_id` say in the audit log what was taken along; `count`: how many rows, where that is known.
    """

    name: str
    headings: Sequence[str]
    rows: Callable[[Connection], Iterable[Row]]
    subject: str
    subject_id: str = ""
    count: int | None = None


def language(house: House) -> str:
    """The language that the page speaks: its exports ask with `?lang=`."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else house.settings.lang_default


def download(house: House, export: Export, kind: str) -> Response:
    """The table as a file. Needs the permission `export`."""
    grid = house.visits.require("export").grid
    if kind not in KINDS:
        raise Refused(422, f"there is no form {kind!r}; allowed are {', '.join(KINDS)}")
    most = CSV_ROWS if kind == "csv" else XLSX_ROWS
    if export.count is not None and export.count > most:
        raise Refused(413, f"{export.count:,} rows are more than the {most:,} of one {kind} file", most=most)
    if not _turns.acquire(blocking=False):
        raise Refused(503, "other exports are being made, please try again in a minute")
    try:
        zone = ZoneInfo(house.settings.city_timezone)
        pieces = (_csv if kind == "csv" else _xlsx)(export.headings, lambda: _lines(house, grid, export, most, zone))
        first = next(pieces)  # what goes wrong at once is said, instead of a file that breaks off
        house.visits.audit("exported", export.subject, export.subject_id, name=export.name, form=kind)
    except (PoolTimeout, OperationalError):
        _turns.release()
        raise Refused(503, "the database does not answer") from None
    except BaseException:
        _turns.release()
        raise
    response = Response(chain([first], pieces), content_type=KINDS[kind])
    response.call_on_close(pieces.close)
    response.call_on_close(_turns.release)
    response.headers.set("Content-Disposition", "attachment", filename=f"{_file_name(export.name)}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response


@contextmanager
def _lines(house: House, grid: Grid, export: Export, most: int, zone: ZoneInfo) -> Iterator[Lines]:
    with house.visits.seen(grid) as connection:
        yield _paced([_plain(cell, zone) for cell in row] for row in islice(export.rows(connection), most))


def _csv(headings: Sequence[str], lines: Opener) -> Generator[bytes]:
    """Piece by piece, with a byte order mark, without which Excel takes Chinese for another encoding."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)

    def piece() -> bytes:
        written = text.getvalue().encode()
        text.seek(0)
        text.truncate()
        return written

    with lines() as rows:
        writer.writerow([csv_cell(heading) for heading in headings])
        yield "\ufeff".encode() + piece()
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            if text.tell() > 60_000:
                yield piece()
        yield piece()


def _xlsx(headings: Sequence[str], lines: Opener) -> Generator[bytes]:
    with tempfile.TemporaryFile() as file:
        with lines() as rows, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(0, len(headings) - 1), 20)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, heading, bold)
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    match cell:
                        case None:
                            pass
                        case bool():
                            sheet.write_boolean(line, column, cell)
                        case int() | float():
                            sheet.write_number(line, column, cell)
                        case datetime():
                            sheet.write_datetime(line, column, cell, moment)
                        case date():
                            sheet.write_datetime(line, column, cell, day)
                        case _:
                            sheet.write_string(line, column, str(cell))
        file.seek(0)
        while piece := file.read(60_000):
            yield piece


def _plain(cell: object, zone: ZoneInfo) -> object:
    """A moment as the city's clocks showed it: spreadsheets know no time zones."""
    return cell.astimezone(zone).replace(tzinfo=None, microsecond=0) if isinstance(cell, datetime) else cell


def _csv_cell(cell: object) -> str:
    match cell:
        case float():
            return f"{cell:.15g}"
        case datetime():
            return cell.isoformat(sep=" ")
    return csv_cell(cell)


def _paced(rows: Iterable[list[object]]) -> Iterator[list[object]]:
    for number, row in enumerate(rows):
        if number % BREATH == 0:
            time.sleep(0)
        yield row


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)[:120]
