"""The command center's server: one page, what it asks for besides the live frames, and health."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from dash import Dash
from flask import Response, request

from command_center import city
from command_center.limits import limits
from command_center.reasons import move, reasons
from layouts.panels.wall import wall
from layouts.serving import serve
from layouts.shell import page_app
from layouts.texts import Words
from scoring.rules import load
from sensors.catalogue import BUSINESS_TYPES, KINDS, DeviceType, Metric
from streaming.database import open_pool
from streaming.health import Health, database_answers
from streaming.questions import Question, answer
from streaming.settings import Settings
from twin.live import Live, attach

MIDDLE = (39.6, 109.8)  # where an empty map looks
HISTORY_DAYS = 3
HISTORY_KEYS = 32


def run(settings: Settings) -> None:
    """Serve until the process is ended."""
    app, live = create(settings)
    logging.getLogger(__name__).info("command center on http://%s:%d", settings.bind, settings.web_port)
    threads = settings.async_mode == "threading"
    serve(live.socketio, app.server, host=settings.bind, port=settings.web_port, threads=threads)


def create(settings: Settings) -> tuple[Dash, Live]:
    """The application and its live city, not yet served."""
    words = Words(settings.lang_default)
    app = page_app(
        "command_center",
        title=words("page.document"),
        body=wall(words, simulated=settings.sunshine_demo, center=MIDDLE, tile_url=settings.tile_url),
        module="wall.js",
        styles=("tokens.css", "wall.css"),
        theme="dark",
        language=settings.lang_default,
        facts={"catalogue": catalogue(), "timezone": settings.city_timezone, "demo": settings.sunshine_demo},
        tile_url=settings.tile_url,
    )
    live = attach(app.server, settings)
    Health(database=database_answers(settings.database), twin=live.ready).add_to_flask(app.server)
    _add_questions(app, settings)
    return app, live


def catalogue() -> dict[str, Any]:
    """The kinds of devices as the page's scripts need them."""
    return {
        "kinds": {kind.key: _kind(kind) for kind in KINDS},
        "business_types": {key: {"zh": zh, "en": en} for key, (zh, en) in BUSINESS_TYPES.items()},
    }


def _kind(kind: DeviceType) -> dict[str, Any]:
    return {
        "zh": kind.zh,
        "en": kind.en,
        "family": kind.family,
        "interval": kind.interval_seconds,
        "metrics": {metric.key: _metric(metric) for metric in kind.metrics},
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "zh": metric.zh,
        "en": metric.en,
        "unit": metric.unit,
        "decimals": metric.decimals,
        "usual": metric.usual,
    }


def _add_questions(app: Dash, settings: Settings) -> None:
    pool = open_pool(settings.database, name="web")

    def ask(question: Question) -> Response:
        return answer(pool, question)

    def units() -> Response:
        return answer(pool, city.units, "application/octet-stream")

    def unit(id: str) -> Response:
        return ask(lambda connection: _with_reasons(city.unit_file(connection, id)))

    def search() -> Response:
        text = request.args.get("q", "")[:100]
        return ask(lambda connection: city.search(connection, text))

    def history() -> Response:
        keys = [key[:300] for key in dict.fromkeys(request.args.getlist("k"))][:HISTORY_KEYS]
        since = datetime.now(UTC) - timedelta(days=HISTORY_DAYS)
        return ask(lambda connection: city.history(connection, keys, since))

    server = app.server
    server.add_url_rule("/city/units.bin", "units", units)
    server.add_url_rule("/city/names.json", "names", lambda: ask(city.names))
    server.add_url_rule("/city/areas.json", "areas", lambda: ask(city.areas))
    server.add_url_rule("/city/units/<path:id>.json", "unit", unit)
    server.add_url_rule("/city/limits.json", "limits", lambda: ask(lambda connection: limits(load(connection))))
    server.add_url_rule("/city/search.json", "search", search)
    server.add_url_rule("/city/history.json", "history", history)


def _with_reasons(unit: dict[str, Any] | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    why = unit.pop("why")
    return {**unit, "reasons": reasons(why), "moved": move(why)}
