"""The video wall at /wall, and what its panels ask besides the live frames."""

import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from flask import Response, request
from psycopg import Connection

from command_center.catalogue import MIDDLE, facts
from command_center.house import House
from command_center.visits import Refused
from layouts.panels.wall import wall
from layouts.shell import Page
from records import lists, standing, trend
from records.accounts.model import Viewer

LONGEST_TREND = timedelta(days=400)
LISTS_SECONDS = 60.0


def add(house: House) -> None:
    settings = house.settings
    house.site.add(
        Page(
            "wall",
            paths=("/wall",),
            title="page.document",
            body=wall(
                house.words,
                simulated=settings.sunshine_demo,
                center=MIDDLE,
                tile_url=settings.tile_address,
                attribution=settings.tile_attribution,
            ),
            module="wall.js",
            styles=("tokens.css", "map.css", "wall.css", "scenes.css"),
            facts=facts(settings),
        )
    )
    visits, server = house.visits, house.site.server
    proposed = _Proposed(house)

    def trend_() -> Response:
        now = datetime.now(UTC)
        since = _since(request.args.get("from"), now)
        area = request.args.get("area")
        viewer = visits.viewer()
        return visits.ask(
            lambda connection: _trend(connection, [area] if area else _own(connection, viewer), since, now)
        )

    def standing_() -> Response:
        area = request.args.get("area")
        return visits.ask(lambda connection: standing.standing(connection, area))

    def done(unit: str) -> Response:
        return visits.ask(lambda connection: standing.done_at(connection, unit, datetime.now(UTC)))

    def lists_() -> Response:
        known = proposed.known()  # before a viewer's connection is taken: the work of a minute must not hold them all
        return visits.ask(lambda connection: proposed.seen_by(connection, known))

    server.add_url_rule("/city/trend.json", "trend", trend_)
    server.add_url_rule(
        "/city/change.json",
        "change",
        lambda: visits.ask(lambda connection: trend.before(connection, datetime.now(UTC))),
    )
    server.add_url_rule("/city/standing.json", "standing", standing_)
    server.add_url_rule("/city/offline.json", "offline", lambda: visits.ask(standing.offline))
    server.add_url_rule(
        "/city/duty.json", "duty", lambda: visits.ask(lambda connection: standing.duty(connection, datetime.now(UTC)))
    )
    server.add_url_rule("/city/lists.json", "lists", lists_)
    server.add_url_rule("/city/done/<path:unit>.json", "done", done)


class _Proposed:
    """The lists of the whole city, worked out once a minute for everybody; each sees the units of their own part."""

    def __init__(self, house: House):
        self._pool = house.visits.service
        self._lock = Lock()
        self._lists: dict[str, list[dict[str, Any]]] = {}
        self._until = 0.0

    def known(self) -> dict[str, list[dict[str, Any]]]:
        with self._lock:
            if time.monotonic() >= self._until:
                with self._pool.connection() as whole:
                    self._lists = lists.proposed(whole)
                self._until = time.monotonic() + LISTS_SECONDS
            return self._lists

    @staticmethod
    def seen_by(connection: Connection, known: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        ids = [row["unit"] for rows in known.values() for row in rows]
        seen = {id for (id,) in connection.execute("SELECT id FROM unit WHERE id = ANY (%s)", (ids,)).fetchall()}
        mine = {name: [row for row in rows if row["unit"] in seen] for name, rows in known.items()}
        return {"status": "proposed", "share": lists.SHARE, **mine}


def _since(text: str | None, now: datetime) -> datetime:
    if not text:
        return now - timedelta(hours=24)
    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(422, "from: a time such as 2026-11-22T08:00:00Z") from None
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    return max(since, now - LONGEST_TREND)


def _own(connection: Connection, viewer: Viewer) -> list[str]:
    """The areas that together are what the person sees: the city, or the parts of the grid."""
    if viewer.grid.whole:
        row = connection.execute("SELECT id FROM area WHERE kind = 'city' ORDER BY id LIMIT 1").fetchone()
        return [row[0]] if row else []
    if viewer.grid.types or viewer.grid.units:
        return []  # how a part of an area stood was not written down
    return [path.rpartition("/")[2] for path in viewer.grid.areas]


def _trend(connection: Connection, areas: list[str], since: datetime, now: datetime) -> dict[str, Any]:
    return {"areas": areas, "since": since, "points": trend.points(connection, areas, since, now)}
