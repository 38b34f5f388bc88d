"""The alarm desk at /alarms: its page, what it asks, and what people do there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dash import html
from dash_ag_grid import AgGrid
from flask import Response, request
from psycopg import Connection

from command_center.catalogue import facts
from command_center.exports import Export, download, language
from command_center.house import House
from command_center.visits import Refused
from layouts.panels.desk import desk
from layouts.shell import Page
from layouts.texts import Words
from records.accounts.model import Viewer
from records.alarms.actions import do
from records.alarms.deeds import MOST, PERMISSIONS, Deed, NotSo, Person, Refusal
from records.alarms.load import load
from records.alarms.people import people
from records.alarms.store import Alarms, Row
from streaming.log import Log, open_log

SHOWN = 2000  # closed alarms in one table
MOST_TAKEN = 100_000  # in one file
COLUMNS = (
    ("desk_column.level", "level"), ("desk_column.unit", "unit_name"), ("desk.unit_id", "unit_id"),
    ("desk.device", "device_id"), ("desk.rule", "rule"), ("desk.value", "value"), ("desk.limit", "limit"),
    ("desk.since", "since"), ("desk.raised", "raised_at"), ("desk_column.who", "acknowledged_name"),
    ("desk.acknowledged_at", "acknowledged_at"), ("desk.owner", "assigned_name"), ("desk_column.cleared", "cleared_at"),
    ("desk_column.comments", "comments"), ("desk.id", "id"),
)  # fmt: skip
HOURS = (1, 48)  # of the operator load


def add(house: House) -> None:
    settings, server, visits = house.settings, house.site.server, house.visits
    house.site.add(
        Page(
            "alarms",
            paths=("/alarms", "/alarms/<path:id>", "/incidents/<path:id>"),
            title="desk.document",
            body=desk(
                house.words,
                html.Div(id="alarm-desk"),
                html.Div(_table(), id="closed-place", hidden=True),
                simulated=settings.sunshine_demo,
            ),
            module="alarm-desk.js",
            styles=("tokens.css", "desk.css", "alarm-desk.css"),
            facts={**facts(settings), "themes": True},
        )
    )
    log = open_log(settings.database)

    def closed() -> Response:
        return visits.ask(lambda connection: closed_alarms(connection, request.args, datetime.now(UTC)))

    def taken_along(kind: str) -> Response:
        words, asked, now = Words(language(house)), request.args, datetime.now(UTC)
        headings = [words(key) for key, _ in COLUMNS]

        def rows(connection: Connection) -> list[list[Any]]:
            return [[row[name] for _, name in COLUMNS] for row in closed_rows(connection, asked, now, MOST_TAKEN)[2]]

        return download(house, Export("closed-alarms", headings, rows, "alarm"), kind)

    def how_loaded() -> Response:
        hours = min(max(_number(request.args.get("hours", "")) or 8, HOURS[0]), HOURS[1])
        return visits.ask(lambda connection: load(connection, datetime.now(UTC), hours))

    def those_who_may() -> Response:
        alarms = request.args.getlist("alarm")[:MOST]

        def find(connection: Connection) -> list[dict[str, str]]:
            rows = Alarms(connection).some(alarms)
            with visits.service.connection() as service:
                known = people(service)
            return [{"account": one.account, "name": one.name} for one in known if _sees(one, rows)]

        visits.require("alarms")
        return visits.ask(find)

    def deeds() -> Response:
        body = request.get_json(silent=True)
        kind = body.get("deed") if isinstance(body, dict) else None
        if kind not in PERMISSIONS:
            raise Refused(422, f"allowed deeds are {', '.join(PERMISSIONS)}", code="unknown_deed")
        return visits.act(PERMISSIONS[kind], lambda connection, viewer, said: _do(house, connection, viewer, said, log))

    server.add_url_rule("/data/alarms/closed.json", "closed alarms", closed)
    server.add_url_rule("/data/alarms/closed.<any(csv, xlsx):kind>", "closed alarms taken along", taken_along)
    server.add_url_rule("/data/alarms/load.json", "alarm load", how_loaded)
    server.add_url_rule("/data/alarms/people.json", "alarm people", those_who_may)
    server.add_url_rule("/data/alarms/deeds", "alarm deeds", deeds, methods=["POST"])
    server.add_url_rule(
        "/data/alarms/one/<path:id>", "alarm", lambda id: visits.ask(lambda connection: one_alarm(connection, id))
    )
    server.add_url_rule(
        "/data/incidents/<path:id>", "incident", lambda id: visits.ask(lambda connection: incident(connection, id))
    )


def _table() -> AgGrid:
    """Filled by `assets/alarms/closed.js`, which knows the language and the sentences."""
    return AgGrid(
        id="closed-grid",
        columnDefs=[],
        rowData=[],
        defaultColDef={"resizable": True, "sortable": True},
        dashGridOptions={"rowHeight": 36, "animateRows": False, "suppressCellFocus": False},
        getRowId="params.data.id",
    )


def one_alarm(connection: Connection, id: str) -> dict[str, Any] | None:
    """An alarm with its story and what else is open in its unit."""
    alarms = Alarms(connection)
    row = alarms.one(id) if "\x00" not in id else None
    if row is None:
        return None
    members = alarms.of_incident(row["incident_id"], 50)
    return {
        **row, "story": alarms.story([id]), "neighbours": alarms.neighbours(row),
        "incident_alarms": len(members),
    }  # fmt: skip


def incident(connection: Connection, id: str) -> dict[str, Any] | None:
    """An incident with its alarms and what happened to them."""
    alarms = Alarms(connection)
    row = alarms.incident(id) if "\x00" not in id else None
    if row is None:
        return None
    members = alarms.of_incident(id)
    return {**row, "alarms": members, "story": alarms.story([one["id"] for one in members])}


def closed_alarms(connection: Connection, asked: Any, now: datetime) -> dict[str, Any]:
    """What the table shows, and whether there is more."""
    since, until, rows = closed_rows(connection, asked, now, SHOWN + 1)
    return {"since": since, "until": until, "rows": rows[:SHOWN], "more": len(rows) > SHOWN}


def closed_rows(connection: Connection, asked: Any, now: datetime, most: int) -> tuple[datetime, datetime, list[Row]]:
    """Alarms that closed in the period asked for; without one, in the last seven days."""
    until = _moment(asked.get("until")) or now
    since = _moment(asked.get("since")) or until - timedelta(days=7)
    rows = Alarms(connection).closed(
        since, until, most, person=asked.get("person", "")[:100], level=_number(asked.get("level", "")),
        text=asked.get("q", "")[:100],
    )  # fmt: skip
    return since, until, rows


def _do(house: House, connection: Connection, viewer: Viewer, said: dict[str, Any], log: Log) -> dict[str, Any]:
    """Of the alarms named, those that this person sees; the others are told like such that do not exist."""
    named = said.get("alarms")
    if not isinstance(named, list) or not named or not all(isinstance(id, str) and "\x00" not in id for id in named):
        raise Refused(422, "name the alarms", code="no_alarms")
    if len(named) > MOST:
        raise Refused(422, f"at most {MOST} alarms at once", code="too_many")
    named = list(dict.fromkeys(named))
    with house.visits.seen() as seen:
        rows = Alarms(seen).some(named)
    if not rows:
        raise Refused(404, "there is no such alarm", code="unknown")
    try:
        outcome = do(connection, _deed(connection, viewer, said), rows, log)
    except NotSo as reason:
        raise Refused(422, f"the deed was refused: {reason}", code=str(reason)) from None
    found = {row["id"] for row in rows}
    outcome.refused += [Refusal(id, "unknown") for id in named if id not in found]
    done = [fact.alarm for fact in outcome.facts]  # type: ignore[attr-defined]
    if done:
        detail = {"deed": said["deed"], "alarms": done[:50], "count": len(done)}
        house.visits.audit("changed", "alarm", done[0], connection, **detail)
    return {"done": done, "refused": outcome.refused}


def _deed(connection: Connection, viewer: Viewer, said: dict[str, Any]) -> Deed:
    to = said.get("to") or ""
    receiver = next((one for one in people(connection) if one.account == to), None) if to else None
    if to and receiver is None:
        raise Refused(422, "nobody of that name may handle alarms", code="no_person")
    by = Person(viewer.account, viewer.name or viewer.account, viewer.grid)
    until = _moment(said.get("until"))
    text = said.get("text", "")
    return Deed(said["deed"], by, datetime.now(UTC), str(text).replace("\x00", ""), receiver, until)


def _sees(person: Person, rows: list[dict[str, Any]]) -> bool:
    return all(
        person.grid.holds(
            unit=row["unit_id"], banner=row["banner_id"], street=row["street_id"], business_type=row["business_type"]
        )
        for row in rows
    )


def _moment(text: object) -> datetime | None:
    """A time with offset; None when there is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
