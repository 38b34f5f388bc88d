"""The page /licences: whose licence or health certificate expires when, and the list to take along."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request
from psycopg import Connection

from command_center.exports import Export, download, language
from command_center.house import House
from command_center.visits import Refused
from layouts.texts import Words
from records.areas.store import Areas
from records.licences.expiry import ORDERS, WITHIN, counts, days, papers, today_in
from records.people.masking import masked_name
from sensors.catalogue import BUSINESS_TYPES

A_PAGE = 100
WHAT = ("licences", "people")


def add(house: House) -> None:
    """Its questions under /data/licences."""
    visits, server = house.visits, house.site.server
    zone = ZoneInfo(house.settings.city_timezone)

    def today() -> date:
        return today_in(zone, datetime.now(UTC))

    def found() -> Response:
        asked, day, shown = _asked(), today(), visits.viewer().may("people")
        offset = request.args.get("offset", 0, type=int)
        return visits.ask(lambda connection: _found(connection, asked, day, max(0, offset), shown))

    def export(form: str) -> Response:
        asked, day, shown = _asked(), today(), visits.viewer().may("people")
        words = Words(language(house))
        titles = ["unit_id", "unit", "type", "area", "kind", *(["person"] if asked["what"] == "people" else ["number"]),
                  "issued", "expires", "days"]  # fmt: skip
        headings = [words(HEADINGS[title]) for title in titles]
        rows = lambda connection: _rows(connection, asked, day, shown, words)  # noqa: E731
        name = f"{asked['what']}-{asked['within']}-{day}"
        return download(house, Export(name, headings, rows, subject=asked["what"], subject_id=asked["within"]), form)

    server.add_url_rule("/data/licences", "licences", found)
    server.add_url_rule("/data/licences.<form>", "licences-export", export)


HEADINGS = {
    "unit_id": "licence.unit_id", "unit": "licence.unit", "type": "licence.type", "area": "licence.area",
    "kind": "licence.kind", "person": "licence.person", "number": "licence.number", "issued": "licence.issued",
    "expires": "licence.expires", "days": "licence.days",
}  # fmt: skip


def _asked() -> dict[str, Any]:
    """What the address asks for. Raises Refused for what there is not."""
    what = _choice("what", WHAT)
    return {
        "what": what,
        "within": _choice("within", WITHIN),
        "sort": _choice("sort", ORDERS),
        "down": request.args.get("down") == "1",
        **{name: request.args.get(name) or None for name in ("area", "type", "kind", "q")},
    }


def _choice(name: str, allowed: tuple[str, ...]) -> str:
    told = request.args.get(name) or allowed[0]
    if told not in allowed:
        raise Refused(422, f"there is no {name} {told!r}; allowed are {', '.join(allowed)}")
    return told


def _filters(connection: Connection, asked: dict[str, Any]) -> dict[str, str | None]:
    """An area that the person does not see has no path: nothing is found in it."""
    path = Areas(connection).path(asked["area"]) or "-" if asked["area"] else None
    return {"path": path, "type": asked["type"], "kind": asked["kind"], "q": asked["q"]}


def _found(connection: Connection, asked: dict[str, Any], today: date, offset: int, shown: bool) -> dict[str, Any]:
    filters = _filters(connection, asked)
    first, last = days(asked["within"], today)
    rows = papers(
        connection, asked["what"], asked["within"], today, sort=asked["sort"], down=asked["down"], limit=A_PAGE,
        offset=offset, **filters,
    )  # fmt: skip
    return {
        "today": today,
        "first": first,
        "last": last,
        "counts": counts(connection, asked["what"], today, **filters),
        "rows": [_masked(row, shown) for row in rows],
    }


def _masked(row: dict[str, Any], shown: bool) -> dict[str, Any]:
    return row if shown or not row["person_name"] else row | {"person_name": masked_name(row["person_name"])}


def _rows(
    connection: Connection, asked: dict[str, Any], today: date, shown: bool, words: Words
) -> Iterator[tuple[object, ...]]:
    filters = _filters(connection, asked)
    tongue = words.language
    found = papers(
        connection, asked["what"], asked["within"], today, sort=asked["sort"], down=asked["down"], limit=None, **filters
    )
    people = asked["what"] == "people"
    for row in (_masked(row, shown) for row in found):
        name = row["name_en"] if tongue == "en" and row["name_en"] else row["name"]
        zh, en = BUSINESS_TYPES.get(row["business_type"], (row["business_type"],) * 2)
        area = " · ".join(row[part][tongue] or row[part]["zh"] for part in ("banner", "street"))
        kind = words(f"{'staff' if people else 'licence'}.{row['kind']}")
        named = row["person_name"] if people else row["number"]
        yield (row["unit_id"], name, en if tongue == "en" else zh, area, kind, named, row["issued_on"],
               row["expires_on"], row["days"])  # fmt: skip
