"""Areas: how the city's parts stand, one area's statistics, its open hazards, and its units as a table."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request
from psycopg import Connection

from command_center.exports import Export, download, language
from command_center.house import House
from command_center.kept import Kept
from command_center.visits import Refused
from layouts.texts import Words
from records.areas import dimensions, roll, tree
from records.areas.chosen import Chosen
from records.areas.hazards import hazards
from records.areas.statistics import Moment, Sums, counted, standing
from sensors.catalogue import BUSINESS_TYPES
from streaming.grid import Grid

COLOURS = ("green", "blue", "yellow", "red", "none")
A_PAGE = 50
NONE: Sums = Counter()
KEPT_SECONDS = 30  # the sums behind an area's statistics count ninety days of facts
Regional = tuple[Moment, dict[str, Sums], int]
HEADINGS = (
    "place.id", "place.unit", "place.type", "place.banner", "place.street",
    "place.colour", "place.index", "place.open", "place.devices", "place.online",
    "place.expires", "place.inspected",
)  # fmt: skip


def add(house: House) -> None:
    """Its questions under /data/places and /data/areas/."""
    visits, server = house.visits, house.site.server
    zone = ZoneInfo(house.settings.city_timezone)
    kept: Kept[Regional] = Kept(KEPT_SECONDS)

    def moment() -> Moment:
        return Moment(datetime.now(zone))

    def places() -> Response:
        chosen = Chosen(type=_type(), colour=_colour())
        return visits.ask(lambda connection: _places(connection, chosen, moment()))

    def area(id: str) -> Response:
        chosen, grid = Chosen(type=_type(), colour=_colour()), visits.viewer().grid
        return visits.ask(lambda connection: _area(connection, id, chosen, grid, moment(), kept))

    def open_in(id: str) -> Response:
        kind, colour = _type(), _colour()

        def found(connection: Connection) -> dict[str, Any] | None:
            here = _seen(connection, id)
            return hazards(connection, Chosen(here["path"], kind, colour), moment()) if here else None

        return visits.ask(found)

    def units() -> Response:
        return visits.ask(lambda connection: _units(connection, moment()))

    def export(form: str) -> Response:
        now, words = moment(), Words(language(house))
        area = request.args.get("area", "")
        with visits.seen() as connection:  # the answer streams after the request is over, so look now
            asked = _asked(connection)
        if asked is None:
            raise Refused(404, "not found")
        table = Export(
            f"units-{area or 'city'}-{now.now.date()}",
            [words(heading) for heading in HEADINGS],
            lambda connection: _lines(connection, asked, now, words),
            subject="units",
            subject_id=area,
        )
        return download(house, table, form)

    server.add_url_rule("/data/places", "places", places)
    server.add_url_rule("/data/places/units", "places-units", units)
    server.add_url_rule("/data/places/units.<form>", "places-units-export", export)
    server.add_url_rule("/data/areas/<path:id>/statistics", "area-statistics", area)
    server.add_url_rule("/data/areas/<path:id>/hazards", "area-hazards", open_in)


def _places(connection: Connection, chosen: Chosen, moment: Moment) -> dict[str, Any]:
    """Every area with its figures; how it stood before only where all of its units are meant."""
    sums = counted(connection, chosen, moment)
    ago = tree.before(connection, moment.now) if chosen == Chosen() else {}
    rows = [
        {**area, **standing(sums.get(area["path"], NONE)), "before": ago.get(area["id"], {})}
        for area in tree.areas(connection)
    ]
    return {"as_of": moment.now, "areas": rows}


def _area(
    connection: Connection, id: str, chosen: Chosen, grid: Grid, now: Moment, kept: Kept[Regional]
) -> dict[str, Any] | None:
    here = _seen(connection, id)
    if here is None:
        return None
    above = next((area for area in tree.areas(connection) if area["id"] == here["parent"]), None)
    if above is not None and not _whole(grid, above["path"]):
        above = None  # the mean of the part that one sees would pass for the mean of all
    within = replace(chosen, path=(above or here)["path"])
    moment, sums, days = kept.of(
        (grid.key, within), lambda: (now, *dimensions.regional(connection, within, now))
    )  # all areas side by side, and all people who see the same, share it

    def told(area: dict[str, Any]) -> dict[str, Any]:
        mine = sums.get(area["path"], NONE)
        return {
            **area, **standing(mine), "numbers": dimensions.numbers(mine),
            "dimensions": dimensions.dimensions(mine, days),
        }  # fmt: skip

    return {
        "as_of": moment.now,
        "days": days,
        "area": told(here),
        "above": told(above) if above else None,
        "kinds": dimensions.by_kind(connection, replace(chosen, path=here["path"])),
    }


def _seen(connection: Connection, id: str) -> dict[str, Any] | None:
    return next((area for area in tree.areas(connection) if area["id"] == id), None)


def _whole(grid: Grid, path: str) -> bool:
    """Whether the person sees every unit of the area."""
    if grid.whole:
        return True
    return not grid.types and any(path == mine or path.startswith(f"{mine}/") for mine in grid.areas)


def _units(connection: Connection, moment: Moment) -> dict[str, Any] | None:
    asked = _asked(connection)
    if asked is None:
        return None
    return {
        "as_of": moment.now,
        "units": roll.units(connection, asked, moment),
        "count": roll.count(connection, asked, moment),
        "offset": asked.offset,
    }


def _asked(connection: Connection) -> roll.Asked | None:
    """What the address asks for; None when there is no such area."""
    area = request.args.get("area")
    here = _seen(connection, area) if area else None
    if area and here is None:
        return None
    return roll.Asked(
        chosen=Chosen(here["path"] if here else None, _type(), _colour()),
        q=request.args.get("q", "").strip()[:100] or None,
        licence=_one_of("licence", tuple(roll.LICENCES)),
        attention=_one_of("attention", tuple(roll.ATTENTION)),
        sort=_one_of("sort", roll.ORDERS) or "index",
        down=request.args.get("down") == "1",
        limit=A_PAGE,
        offset=max(0, request.args.get("offset", 0, type=int)),
    )


def _lines(connection: Connection, asked: roll.Asked, moment: Moment, words: Words) -> Iterator[tuple[object, ...]]:
    zh = words.language == "zh"
    names = {area["id"]: area["name"] if zh else area["name_en"] or area["name"] for area in tree.areas(connection)}
    whole = replace(asked, limit=None, offset=0)
    for unit in roll.units(connection, whole, moment):
        kind = BUSINESS_TYPES.get(unit["business_type"])
        yield (
            unit["id"], unit["name"] if zh else unit["name_en"] or unit["name"],
            kind[0 if zh else 1] if kind else unit["business_type"],
            names.get(unit["banner_id"], ""), names.get(unit["street_id"], ""),
            words(f"colour.{unit['colour']}"), unit["index"], unit["open"], unit["devices"], unit["online"],
            unit["expires_on"], words("area.yes" if unit["inspected"] else "area.no"),
        )  # fmt: skip


def _type() -> str | None:
    return _one_of("type", tuple(BUSINESS_TYPES))


def _colour() -> str | None:
    return _one_of("colour", COLOURS)


def _one_of(name: str, allowed: tuple[str, ...]) -> str | None:
    asked = request.args.get(name) or None
    if asked is not None and asked not in allowed:
        raise Refused(422, f"{name}: one of {', '.join(allowed)}")
    return asked
