"""What people do with alarms, as the desk asks for it."""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from psycopg import Connection

from command_center.desk_closed import moment
from command_center.house import House
from command_center.visits import Refused, told_body
from records.accounts.model import Viewer
from records.alarms.actions import do
from records.alarms.deeds import MOST, PERMISSIONS, Deed, NotSo, Person, Refusal
from records.alarms.people import people
from records.alarms.store import Alarms
from streaming.log import Log, open_log


def add(house: House) -> None:
    log = open_log(house.settings.database)

    def deeds() -> Response:
        kind = told_body().get("deed")
        if not isinstance(kind, str) or kind not in PERMISSIONS:
            raise Refused(422, f"allowed deeds are {', '.join(PERMISSIONS)}", code="unknown_deed")
        return house.visits.act(
            PERMISSIONS[kind], lambda connection, viewer, said: _do(house, connection, viewer, said, log)
        )

    house.site.server.add_url_rule("/data/alarms/deeds", "alarm deeds", deeds, methods=["POST"])


def _do(house: House, connection: Connection, viewer: Viewer, said: dict[str, Any], log: Log) -> dict[str, Any]:
    """Of the alarms named, those that this person sees; the others are told like such that do not exist."""
    named = said.get("alarms")
    if not isinstance(named, list) or not named or not all(isinstance(id, str) and "\x00" not in id for id in named):
        raise Refused(422, "name the alarms", code="no_alarms")
    if len(named) > MOST:
        raise Refused(422, f"at most {MOST} alarms at once", code="too_many")
    named = list(dict.fromkeys(named))
    with house.visits.seen() as seen:
        rows = Alarms(seen).some(named)
    if not rows:
        raise Refused(404, "there is no such alarm", code="unknown")
    try:
        outcome = do(connection, _deed(connection, viewer, said), rows, log)
    except NotSo as reason:
        raise Refused(422, f"the deed was refused: {reason}", code=str(reason)) from None
    found = {row["id"] for row in rows}
    outcome.refused += [Refusal(id, "unknown") for id in named if id not in found]
    done = [fact.alarm for fact in outcome.facts]  # type: ignore[attr-defined]
    if done:
        detail = {"deed": said["deed"], "alarms": done[:50], "count": len(done)}
        house.visits.audit("changed", "alarm", done[0], connection, **detail)
    return {"done": done, "refused": outcome.refused}


def _deed(connection: Connection, viewer: Viewer, said: dict[str, Any]) -> Deed:
    to = said.get("to") or ""
    receiver = next((one for one in people(connection) if one.account == to), None) if to else None
    if to and receiver is None:
        raise Refused(422, "nobody of that name may handle alarms", code="no_person")
    by = Person(viewer.account, viewer.name or viewer.account, viewer.grid)
    until = moment(said.get("until"))
    text = said.get("text", "")
    return Deed(said["deed"], by, datetime.now(UTC), str(text).replace("\x00", ""), receiver, until)


def sees(person: Person, rows: list[dict[str, Any]]) -> bool:
    return all(
        person.grid.holds(
            unit=row["unit_id"], banner=row["banner_id"], street=row["street_id"], business_type=row["business_type"]
        )
        for row in rows
    )
