"""The drill-down at /: city, banner, street, unit, device; every state has an address."""

from dash import html

from command_center.catalogue import MIDDLE, facts
from command_center.house import House
from layouts.panels.desk import desk
from layouts.panels.map import map_panel
from layouts.shell import Page

PATHS = ("/", "/areas/<path:id>", "/units/<path:id>", "/devices", "/devices/<path:id>", "/licences", "/compare")


def add(house: House) -> None:
    settings = house.settings
    # The map waits here until a view takes it.
    store = html.Div(
        map_panel(house.words, MIDDLE, settings.tile_address, settings.tile_attribution), id="map-store", hidden=True
    )
    house.site.add(
        Page(
            "drill",
            paths=PATHS,
            title="page.document",
            body=desk(house.words, html.Div(id="view"), store, simulated=settings.sunshine_demo),
            module="drill.js",
            styles=("tokens.css", "desk.css", "map.css", "drill.css", "unit.css", "device.css"),
            facts={**facts(settings), "themes": True},
        )
    )
