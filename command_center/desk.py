"""The alarm desk at /alarms."""

from dash import html

from command_center.catalogue import facts
from command_center.house import House
from layouts.panels.desk import desk
from layouts.shell import Page


def add(house: House) -> None:
    settings = house.settings
    house.site.add(
        Page(
            "alarms",
            paths=("/alarms", "/alarms/<path:id>", "/incidents/<path:id>"),
            title="page.document",
            body=desk(house.words, html.Div(id="alarm-desk"), simulated=settings.sunshine_demo),
            module="alarm-desk.js",
            styles=("tokens.css", "desk.css", "alarm-desk.css"),
            facts={**facts(settings), "themes": True},
        )
    )
