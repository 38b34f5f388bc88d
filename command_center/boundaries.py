"""/admin/areas: which areas lack a boundary, boundaries by GeoJSON, units that stand nowhere or outside the city."""

from typing import Any

import msgspec
from dash import html
from flask import Response, request
from psycopg import Connection
from psycopg.rows import dict_row

from command_center.catalogue import MIDDLE, facts
from command_center.house import House
from command_center.visits import Refused
from layouts.panels.desk import desk
from layouts.panels.map import map_panel
from layouts.shell import Page
from records.accounts.model import Viewer
from records.areas import boundaries

PATH = "/data/boundaries"
NAMED = "application/geo+json"
MOST = 20 * 1024 * 1024
SHOWN = 200  # units without a place, and as many outside: a longer list is no list to work through
AREAS = """
    SELECT area.id, area.parent_id, area.kind, area.name, area.name_en, area.boundary IS NOT NULL AS drawn,
           count(unit.id) AS units
      FROM area
      LEFT JOIN unit ON unit.status = 'active' AND starts_with(unit.area_path || '/', area.path || '/')
     GROUP BY area.id ORDER BY area.path
"""
NOWHERE = """
    SELECT id, name, name_en FROM unit
     WHERE status = 'active' AND (latitude IS NULL OR longitude IS NULL) ORDER BY id
"""


def add(house: House) -> None:
    settings, visits, server = house.settings, house.visits, house.site.server
    plan = map_panel(house.words, MIDDLE, settings.tile_address, settings.tile_attribution)
    body = html.Div([html.Div(id="areas"), plan], id="areas-page")
    house.site.add(
        Page(
            "areas",
            paths=("/admin/areas",),
            title="areas.document",
            body=desk(house.words, body, simulated=settings.sunshine_demo),
            module="areas.js",
            styles=("tokens.css", "desk.css", "map.css", "areas.css"),
            facts={**facts(settings), "themes": True},
        )
    )

    def listed() -> Response:
        visits.require("registry")
        return visits.ask(listing)

    def taken() -> Response:
        request.max_content_length = MOST
        save = request.args.get("save") == "yes"

        def act(connection: Connection, viewer: Viewer, collection: dict[str, Any]) -> dict[str, Any]:
            if not viewer.grid.whole:
                raise Refused(403, "boundaries are kept by people who see the whole city")
            made = boundaries.plan(connection, collection)
            if made.mistakes:
                raise Refused(422, "nothing was imported", mistakes=[vars(one) for one in made.mistakes])
            if save:
                boundaries.save(connection, made)
                visits.audit("changed", "area", connection=connection, boundaries=sorted(made.areas))
            return _told(made)

        return visits.act("registry", act)

    def given() -> Response:
        visits.require("registry")
        with visits.seen() as connection:
            body = msgspec.json.encode(boundaries.export(connection))
        visits.audit("exported", "area", name="boundaries", form="geojson")
        headers = {"Content-Disposition": 'attachment; filename="boundaries.geojson"', "Cache-Control": "no-store"}
        return Response(body, content_type=NAMED, headers=headers)

    server.add_url_rule(f"{PATH}.json", "boundaries", listed)
    server.add_url_rule(f"{PATH}.geojson", "boundaries out", given)
    server.add_url_rule(PATH, "boundaries in", taken, methods=["POST"])


def listing(connection: Connection) -> dict[str, Any]:
    with connection.cursor(row_factory=dict_row) as cursor:
        areas = cursor.execute(AREAS).fetchall()
        nowhere = cursor.execute(NOWHERE).fetchall()
    return {"areas": areas, "nowhere": _first(nowhere), "outside": _first(boundaries.strangers(connection))}


def _first(units: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(units), "units": units[:SHOWN]}


def _told(made: boundaries.Plan) -> dict[str, Any]:
    return {
        "collection": boundaries.collection(made.areas, made.names),
        "former": boundaries.collection({area: made.former[area] for area in made.areas}, made.names),
        "unchanged": made.unchanged,
        "hints": made.hints,
    }
