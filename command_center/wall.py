"""The video wall at /wall."""

from command_center.catalogue import facts
from command_center.house import House
from layouts.panels.wall import wall
from layouts.shell import Page

MIDDLE = (39.6, 109.8)  # where an empty map looks


def add(house: House) -> None:
    settings = house.settings
    house.site.add(
        Page(
            "wall",
            paths=("/wall",),
            title="page.document",
            body=wall(house.words, simulated=settings.sunshine_demo, center=MIDDLE, tile_url=settings.tile_url),
            module="wall.js",
            styles=("tokens.css", "wall.css"),
            facts=facts(settings),
        )
    )
