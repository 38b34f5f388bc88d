"""The command center's server: its rooms, their pages, the live city, and health."""

import logging

from flask import Flask, g
from werkzeug.middleware.proxy_fix import ProxyFix

from command_center import areas, boundaries, city, desk, devices, drill, layers, licences, people, tiles, units, wall
from command_center.door import SessionDoor
from command_center.house import House
from command_center.visits import Visits, told
from layouts.serving import serve
from layouts.shell import Site
from layouts.texts import Words
from streaming.health import Health, database_answers
from streaming.settings import Settings
from twin.live import Live, attach

ROOMS = (
    city,
    layers,
    tiles,
    boundaries,
    wall,
    drill,
    areas,
    units,
    licences,
    devices,
    desk,
    people,
)  # each adds its pages and its questions


def run(settings: Settings) -> None:
    """Serve until the process is ended."""
    site, live = create(settings)
    logging.getLogger(__name__).info("command center on http://%s:%d", settings.bind, settings.web_port)
    threads = settings.async_mode == "threading"
    serve(live.socketio, site.server, host=settings.bind, port=settings.web_port, threads=threads)


def create(settings: Settings) -> tuple[Site, Live]:
    """The pages and their live city, not yet served."""
    site = Site(
        "command_center",
        language=settings.lang_default,
        tile_url=None if settings.tile_file else settings.tile_url,
        about=lambda: told(g.get("viewer")),
    )
    visits = Visits(site.server, settings)
    live = attach(site.server, settings, door=SessionDoor(visits.service, settings.trusts_local_programs))
    Health(database=database_answers(settings.database), twin=live.ready).add_to_flask(site.server)
    house = House(site, visits, live, settings, Words(settings.lang_default))
    for room in ROOMS:
        room.add(house)
    behind_proxies(site.server, settings.proxies)
    return site, live


def behind_proxies(server: Flask, count: int) -> None:
    """So many reverse proxies of ours stand before it: what they say of the caller is believed, and no more."""
    if count:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=count, x_proto=count, x_host=count)
