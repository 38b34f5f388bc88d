"""The public screens' server: demonstration streets with grade, index and state of their units, live."""

import logging

from flask import Response

from layouts.panels.street_screen import street_screen
from layouts.serving import serve
from layouts.shell import Page, Site
from layouts.texts import Words
from sensors.catalogue import BUSINESS_TYPES
from streaming.database import open_pool
from streaming.health import Health, database_answers
from streaming.questions import answer
from streaming.settings import Settings
from street_display import streets
from twin.live import Live, attach


def run(settings: Settings) -> None:
    """Serve until the process is ended."""
    site, live = create(settings)
    logging.getLogger(__name__).info("public screens on http://%s:%d", settings.bind, settings.street_port)
    threads = settings.async_mode == "threading"
    serve(live.socketio, site.server, host=settings.bind, port=settings.street_port, threads=threads)


def create(settings: Settings) -> tuple[Site, Live]:
    """The application and its live streets, not yet served. Frames carry only what is public."""
    words = Words(settings.lang_default)
    site = Site("street_display", language=settings.lang_default)
    site.add(
        Page(
            "street",
            paths=("/",),
            title="street.document",
            body=street_screen(words, simulated=settings.sunshine_demo),
            module="street.js",
            styles=("tokens.css", "street.css"),
            theme="light",
            facts={
                "timezone": settings.city_timezone,
                "business_types": {key: {"zh": zh, "en": en} for key, (zh, en) in BUSINESS_TYPES.items()},
            },
        )
    )
    live = attach(site.server, settings, public=True)
    Health(database=database_answers(settings.database), twin=live.ready).add_to_flask(site.server)
    _add_questions(site, settings)
    return site, live


def _add_questions(site: Site, settings: Settings) -> None:
    pool = open_pool(settings.database, size=2, name="street")

    def units(id: str) -> Response:
        return answer(pool, lambda connection: streets.units(connection, id))

    site.server.add_url_rule("/streets.json", "streets", lambda: answer(pool, streets.streets))
    site.server.add_url_rule("/streets/<path:id>/units.json", "street-units", units)
