"""Closed alarms: the table of the desk, and the same as a file."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request
from psycopg import Connection

from command_center.exports import Export, download, language
from command_center.house import House
from layouts.texts import Words
from records.alarms.store import Alarms, Row

SHOWN = 2000  # closed alarms in one table
MOST_TAKEN = 100_000  # in one file
COLUMNS = (
    ("desk_column.level", "level"), ("desk_column.unit", "unit_name"), ("desk.unit_id", "unit_id"),
    ("desk.device", "device_id"), ("desk.rule", "rule"), ("desk.value", "value"), ("desk.limit", "limit"),
    ("desk.since", "since"), ("desk.raised", "raised_at"), ("desk_column.who", "acknowledged_name"),
    ("desk.acknowledged_at", "acknowledged_at"), ("desk.owner", "assigned_name"), ("desk_column.cleared", "cleared_at"),
    ("desk_column.comments", "comments"), ("desk.id", "id"),
)  # fmt: skip


def add(house: House) -> None:
    server, visits = house.site.server, house.visits

    def closed() -> Response:
        return visits.ask(lambda connection: closed_alarms(connection, request.args, datetime.now(UTC)))

    def taken_along(kind: str) -> Response:
        words, asked, now = Words(language(house)), request.args, datetime.now(UTC)
        headings = [words(key) for key, _ in COLUMNS]

        def rows(connection: Connection) -> list[list[Any]]:
            found = closed_rows(connection, asked, now, MOST_TAKEN)[2]
            return [[_cell(row, name, words.language) for _, name in COLUMNS] for row in found]

        return download(house, Export("closed-alarms", headings, rows, "alarm"), kind)

    server.add_url_rule("/data/alarms/closed.json", "closed alarms", closed)
    server.add_url_rule("/data/alarms/closed.<any(csv, xlsx):kind>", "closed alarms taken along", taken_along)


def closed_alarms(connection: Connection, asked: Any, now: datetime) -> dict[str, Any]:
    """What the table shows, and whether there is more."""
    since, until, rows = closed_rows(connection, asked, now, SHOWN + 1)
    return {"since": since, "until": until, "rows": rows[:SHOWN], "more": len(rows) > SHOWN}


def closed_rows(connection: Connection, asked: Any, now: datetime, most: int) -> tuple[datetime, datetime, list[Row]]:
    """Alarms that closed in the period asked for; without one, in the last seven days."""
    until = moment(asked.get("until")) or now
    since = moment(asked.get("since")) or until - timedelta(days=7)
    rows = Alarms(connection).closed(
        since, until, most, person=asked.get("person", "")[:100], level=number(asked.get("level", "")),
        text=asked.get("q", "")[:100],
    )  # fmt: skip
    return since, until, rows


def _cell(row: Row, name: str, language: str) -> Any:
    """As the table says it: the unit in the reader's language; whose it was, given or taken."""
    if name == "unit_name" and language == "en":
        return row["unit_name_en"] or row["unit_name"]
    return row[name] or row["acknowledged_name"] if name == "assigned_name" else row[name]


def moment(text: object) -> datetime | None:
    """A time with offset; None when there is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
