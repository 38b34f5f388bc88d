"""The drill-down at /: city, banner, street, unit, device; every state has an address."""

from dash import html

from command_center.catalogue import facts
from command_center.house import House
from layouts.panels.desk import desk
from layouts.shell import Page

PATHS = ("/", "/areas/<path:id>", "/units/<path:id>", "/devices", "/devices/<path:id>", "/licences", "/compare")


def add(house: House) -> None:
    settings = house.settings
    house.site.add(
        Page(
            "drill",
            paths=PATHS,
            title="page.document",
            body=desk(house.words, html.Div(id="view"), simulated=settings.sunshine_demo),
            module="drill.js",
            styles=("tokens.css", "desk.css", "drill.css", "unit.css", "device.css"),
            facts={**facts(settings), "themes": True},
        )
    )
