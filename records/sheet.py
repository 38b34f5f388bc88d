"""What a registry table looks like from outside: its columns, how a cell is read, and why one is refused."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from records.spreadsheets import Table


class Wrong(ValueError):
    """A cell that cannot be taken; the message is the reason for the person who sent it."""


@dataclass(frozen=True)
class Rejected:
    """One cell that stands in the way of its row."""

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What an import did: `imported` rows are new, `changed` ones were known, `unchanged` ones told nothing new."""

    imported: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class ImportRefused(Exception):
    """Nothing was imported, and the report says why."""

    def __init__(self, report: Report):
        super().__init__(f"{len(report.rejected)} cells cannot be taken; nothing was imported")
        self.report = report


@dataclass(frozen=True, kw_only=True)
class Column:
    """A field: its SQL type, how its text is read, and the names it goes by in a header."""

    field: str
    type: str = "text"
    read: Callable[[str], Any]
    headers: tuple[str, ...] = ()
    required: bool = False
    empty: Any = None  # what an empty cell means
    elsewhere: bool = False  # kept in another table; empty cells clear it, an absent column leaves it alone


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """Rows that can be read, as field -> value of the columns that the file has."""

    fields: list[str]
    rows: list[tuple[int, dict[str, Any]]]
    rejected: list[Rejected]
    ignored: list[str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The table `name` of the database as people exchange it."""

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def fields(self) -> list[str]:
        return [column.field for column in self.columns]

    def parse(self, table: Table) -> Parsed:
        """Read every cell. Rows with a wrong cell are left out and reported; the rest may still fail against others."""
        places = self._places(table.header)
        ignored = [name for place, name in enumerate(table.header) if name and place not in places]
        rows, rejected = [], self._missing_columns(places, table.header)
        if not rejected:
            for number, cells in table.rows:
                values, wrong = _read_row(number, cells, places)
                rejected += wrong
                if not wrong:
                    rows.append((number, values))
        fields = [column.field for column in places.values()]
        return Parsed(fields=fields, rows=rows, rejected=rejected, ignored=ignored)

    def _places(self, header: Sequence[str]) -> dict[int, Column]:
        known = {}
        for column in self.columns:
            for name in (column.field, *column.headers):
                known[_folded(name)] = column
        places: dict[int, Column] = {}
        for place, name in enumerate(header):
            found = known.get(_folded(name))
            if found and found not in places.values():
                places[place] = found
        return places

    def _missing_columns(self, places: Mapping[int, Column], header: Sequence[str]) -> list[Rejected]:
        found = {column.field for column in places.values()}
        must = [column for column in self.columns if column.required and column.field in self.key]
        known = ", ".join(self.fields)
        reason = f"the header row has no such column; columns of {self.name}: {known}"
        if not found:
            return [Rejected(1, self.columns[0].field, ",".join(header)[:200], reason)]
        return [Rejected(1, column.field, "", reason) for column in must if column.field not in found]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().strip("*").replace(" ", "_").lower()


def _read_row(number: int, cells: Sequence[str], places: Mapping[int, Column]) -> tuple[dict[str, Any], list[Rejected]]:
    values: dict[str, Any] = {}
    wrong = []
    for place, column in places.items():
        cell = cells[place] if place < len(cells) else ""
        try:
            values[column.field] = _read_cell(cell, column)
        except Wrong as error:
            wrong.append(Rejected(number, column.field, cell[:200], str(error)))
    return values, wrong


def _read_cell(cell: str, column: Column) -> Any:
    if "\x00" in cell:
        raise Wrong("the cell holds a NUL character")
    if not cell:
        if column.required:
            raise Wrong("this field may not be empty")
        return column.empty
    return column.read(cell)
