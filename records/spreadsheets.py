"""Tables that people send and want back: CSV in the encodings of the trade, and spreadsheets of office programs."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

# What an office program would run when it opens a CSV file; an apostrophe before it says that it is text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
UNPACKED_LIMIT = 512 * 1024 * 1024  # a spreadsheet is a zip archive: a small file may unpack to far more


class UnreadableTable(ValueError):
    """The file is no table that can be read; the message says why."""


@dataclass(frozen=True)
class Table:
    """Cells as text. `rows` pairs each row with its number as the spreadsheet shows it (the header is row 1)."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(raw: bytes) -> Table:
    """The first sheet of a workbook, or a CSV text: told apart by the first bytes, whatever the file is called."""
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _table(_read_workbook(raw))
    return _table(_read_csv(raw))


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV with a byte order mark, without which Excel takes Chinese for another encoding, and without formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_cell(cell: object) -> str:
    """The cell as text that no office program takes for a formula."""
    return _as_text_only(_text(cell))


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook whose cells are all text, so that no program rounds a credit code or runs a formula."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, _text(cell))
    sheet.freeze_panes(1, 0)
    book.close()
    return raw.getvalue()


WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def write_file(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A file whose ending says its form: .csv or .xlsx."""
    form = path.suffix.lower().lstrip(".")
    if form not in WRITERS:
        raise ValueError(f"cannot write {path.name}: allowed are files ending in .csv or .xlsx")
    path.write_bytes(WRITERS[form](header, rows))


# --- reading --------------------------------------------------------------------------------------------------


def _table(lines: Iterable[Sequence[object]]) -> Table:
    numbered = [(number, [_text(cell).strip() for cell in line]) for number, line in enumerate(lines, start=1)]
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise UnreadableTable("the file is empty: a header row is needed")
    return Table(header=filled[0][1], rows=filled[1:])


def _read_csv(raw: bytes) -> list[list[str]]:
    text = _decode(raw)
    first_line = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first_line.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[_as_meant(cell) for cell in line] for line in lines]
    except csv.Error as error:
        raise UnreadableTable(f"the file is not valid CSV: {error}") from None


def _as_text_only(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _as_meant(cell: str) -> str:
    """Takes away the apostrophe that `_as_text_only` put there."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def _decode(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]  # UTF-8 is strict: text in GB18030 all but never passes for it
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTable("the text is neither UTF-8 nor GB18030")


def _read_workbook(raw: bytes) -> list[list[object]]:
    try:
        if raw[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_LIMIT:
                    raise UnreadableTable("the workbook unpacks to more than 512 MiB")
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise UnreadableTable(f"the file looks like a workbook and cannot be read: {error}") from None


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))  # spreadsheets keep every number as a float: 13800138000.0 is a telephone number
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
        case time():
            return cell.strftime("%H:%M")
    return str(cell)
