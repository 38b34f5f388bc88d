"""The alarm desk at /alarms: its page, what it asks, and what people do there."""

from datetime import UTC, datetime
from typing import Any

from dash import html
from dash_ag_grid import AgGrid
from flask import Response, request
from psycopg import Connection

from command_center import desk_closed, desk_deeds
from command_center.catalogue import facts
from command_center.desk_closed import number
from command_center.desk_deeds import sees
from command_center.house import House
from layouts.panels.desk import desk
from layouts.shell import Page
from records.alarms.deeds import MOST
from records.alarms.load import load
from records.alarms.people import people
from records.alarms.store import Alarms

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

    def how_loaded() -> Response:
        hours = min(max(number(request.args.get("hours", "")) or 8, HOURS[0]), HOURS[1])
        return visits.ask(lambda connection: load(connection, datetime.now(UTC), hours))

    def those_who_may() -> Response:
        visits.require("alarms")
        alarms = request.args.getlist("alarm")[:MOST]
        # Not from within `find`: whoever waits for one pool with a connection of the other can stop them both.
        with visits.service.connection() as service:
            known = people(service)

        def find(connection: Connection) -> list[dict[str, str]]:
            rows = Alarms(connection).some(alarms)
            return [{"account": one.account, "name": one.name} for one in known if sees(one, rows)]

        return visits.ask(find)

    desk_closed.add(house)
    desk_deeds.add(house)
    server.add_url_rule("/data/alarms/load.json", "alarm load", how_loaded)
    server.add_url_rule("/data/alarms/people.json", "alarm people", those_who_may)
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
    return {
        **row, "story": alarms.story([id]), "neighbours": alarms.neighbours(row),
        "incident_alarms": alarms.count_of_incident(row["incident_id"]),
    }  # fmt: skip


def incident(connection: Connection, id: str) -> dict[str, Any] | None:
    """An incident with its alarms and what happened to them."""
    alarms = Alarms(connection)
    row = alarms.incident(id) if "\x00" not in id else None
    if row is None:
        return None
    members = alarms.of_incident(id)
    return {**row, "alarms": members, "story": alarms.story([one["id"] for one in members])}
