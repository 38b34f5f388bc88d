"""The unit page: who they are, what is known, how the index moved, and comparing units."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request

from command_center.house import House
from command_center.reasons import move, reasons
from command_center.visits import Refused
from records.alarms.store import Alarms
from records.licences.expiry import today_in
from records.units import compared
from records.units.file import unit_file
from records.units.movement import SPANS, line, steps
from records.units.neighbours import neighbours
from records.units.store import Units
from records.units.timeline import counts, facts
from streaming.questions import Question

MOST_COMPARED = 4
ALARMS_OF = timedelta(days=30)
ALARMS_A_PAGE = 20


def add(house: House) -> None:
    """Its questions under /data/units/ and /data/compare/."""
    visits, server = house.visits, house.site.server
    zone = ZoneInfo(house.settings.city_timezone)

    def today() -> date:
        return today_in(zone, datetime.now(UTC))

    def file(id: str) -> Response:
        people = visits.viewer().may("people")
        answer = visits.ask(lambda connection: _explained(unit_file(connection, id, today(), people)))
        if answer.status_code == 200 and people:
            visits.viewed("unit", id)
        return answer

    def index(id: str) -> Response:
        span = request.args.get("span", "24h")
        if span not in SPANS:
            raise Refused(422, f"there is no span {span!r}; allowed are {', '.join(SPANS)}")
        now = datetime.now(UTC)
        return ask(
            id, lambda connection: {"now": now, "since": now - SPANS[span], "line": line(connection, id, span, now)}
        )

    def moves(id: str) -> Response:
        before = _moment("before")
        return ask(id, lambda connection: steps(connection, id, before))

    def timeline(id: str) -> Response:
        groups = [name for name in request.args.get("groups", "").split(",") if name]
        upto = request.args.get("fact") or None
        place = {"day": _day("day"), "upto": upto, "at": _moment("at"), "after": request.args.get("after", "")}
        return ask(
            id,
            lambda connection: {
                **facts(connection, id, groups=groups, **place),
                "counts": counts(connection, id),
            },
        )

    def alarms(id: str) -> Response:
        before, at = request.args.get("before", ""), _moment("at")
        return ask(id, lambda connection: _alarms(Alarms(connection), id, at, before))

    def ask(id: str, question: Question) -> Response:
        """Of a unit that the person does not see nothing is answered, as of one that does not exist."""
        return visits.ask(lambda connection: question(connection) if Units(connection).exists(id) else None)

    def compare_units() -> Response:
        ids = _ids("units")
        since = datetime.now(UTC) - ALARMS_OF
        return visits.ask(lambda connection: compared.units(connection, ids, today(), since))

    def compare_devices() -> Response:
        ids = _ids("devices")
        return visits.ask(lambda connection: compared.devices(connection, ids))

    server.add_url_rule("/data/units/<path:id>/file", "unit-file", file)
    server.add_url_rule("/data/units/<path:id>/index", "unit-index", index)
    server.add_url_rule("/data/units/<path:id>/moves", "unit-moves", moves)
    server.add_url_rule("/data/units/<path:id>/facts", "unit-facts", timeline)
    server.add_url_rule("/data/units/<path:id>/alarms", "unit-alarms", alarms)
    server.add_url_rule(
        "/data/units/<path:id>/neighbours",
        "unit-neighbours",
        lambda id: visits.ask(lambda connection: neighbours(connection, id)),
    )
    server.add_url_rule("/data/compare/units", "compare-units", compare_units)
    server.add_url_rule("/data/compare/devices", "compare-devices", compare_devices)


def _explained(unit: dict[str, Any] | None) -> dict[str, Any] | None:
    """With the reasons of the last judgement in place of its whole result."""
    if unit is None:
        return None
    result = unit.pop("judged")
    judged = result or {}
    return {
        **unit,
        "reasons": reasons(result),
        "moved": move(result),
        "indicators": judged.get("indicators", []),
        "weights": judged.get("dimensions", {}),
    }


def _alarms(store: Alarms, unit: str, at: datetime | None, before: str) -> dict[str, Any]:
    """Open ones, the worst first, and a page of those that are over; behind (`at`, `before`) only the latter."""
    is_open = [] if at else store.page(None, "", 500, unit=unit, states=["open", "acknowledged"])
    over = store.page(at, before, ALARMS_A_PAGE + 1, unit=unit, states=["cleared"])
    return {
        "open": sorted(is_open, key=lambda alarm: alarm["level"]),
        "over": over[:ALARMS_A_PAGE],
        "more": len(over) > ALARMS_A_PAGE,
    }


def _ids(name: str) -> list[str]:
    ids = list(dict.fromkeys(id for id in request.args.get(name, "").split(",") if id))
    if len(ids) > MOST_COMPARED:
        raise Refused(422, f"at most {MOST_COMPARED} are compared at a time", most=MOST_COMPARED)
    return ids


def _moment(name: str) -> datetime | None:
    told = request.args.get(name)
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(told.replace(" ", "+"))
    except ValueError:
        raise Refused(422, f"{name} is no moment: {told[:40]}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(name: str) -> date | None:
    told = request.args.get(name)
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise Refused(422, f"{name} is no day: {told}") from None
