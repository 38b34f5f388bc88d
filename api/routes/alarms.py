"""Alarms, and taking charge of one."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import needs
from api.asker import TheAsker
from api.audit import TheAudit
from api.filters import AreaPath, DeviceId, UnitId
from api.house import Database, Now, Service, TheHouse
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers
from api.single import single
from records.alarms.actions import CannotAcknowledge, acknowledge
from records.alarms.store import Alarms

router = APIRouter(tags=["alarms"])
State = Literal["open", "acknowledged", "cleared"]
STATES: dict[str, list[str]] = {
    "open": ["open"],
    "acknowledged": ["acknowledged"],
    "cleared": ["cleared"],
    "active": ["open", "acknowledged"],
}


class Alarm(BaseModel):
    id: str
    rule: str = Field(description="The rule row that raised it", examples=["alarm/fridge_temp_humidity/temperature"])
    incident_id: str = Field(description="Alarms of one cause share an incident")
    unit_id: str = Field(examples=["U000001"])
    unit_name: str | None
    area_path: str
    device_id: str | None
    device_kind: str | None
    device_name: str | None
    metric: str | None = Field(examples=["temperature"])
    level: int = Field(description="1 serious, 2 important, 3 ordinary, 4 information")
    state: State
    since: datetime = Field(description="When the fact began")
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    comment: str | None
    cleared_at: datetime | None
    reason: str = Field(description="Key of a sentence")
    value: float | None = Field(description="The worst so far")
    limit: str
    changed_at: datetime
    silent_since: datetime | None = Field(description="Its device went silent then: the fact may have ended since")


class AlarmPage(BaseModel):
    items: list[Alarm]
    next: str | None


class Acknowledgement(BaseModel):
    model_config = ConfigDict(extra="forbid")
    by: str | None = Field(
        None, min_length=1, max_length=100, pattern=r"^[^\x00]*$", examples=["李四"],
        description="Programs say for whom they act; a person's own name is known",
    )  # fmt: skip
    comment: str = Field("", max_length=1000, pattern=r"^[^\x00]*$", examples=["door was open, now closed"])


class Acknowledged(BaseModel):
    id: str = Field(description="Id of the fact; the alarm shows it within a second")
    alarm_id: str
    by: str
    at: datetime


@router.get("/alarms", response_model=AlarmPage, responses=answers(422, 503), summary="Alarms, newest first")
def alarms(
    connection: Database,
    path: AreaPath,
    unit: UnitId,
    device: DeviceId,
    state: Annotated[
        Literal["open", "acknowledged", "cleared", "active"] | None, Query(description="`active`: not cleared")
    ] = None,
    level: Annotated[int | None, Query(ge=1, le=4)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    at, before = place(cursor, [datetime, str], [None, ""])
    states = STATES[state] if state else None
    filters = {"unit": unit, "device": device, "states": states, "level": level, "path": path}
    rows = Alarms(connection).page(at, before, limit + 1, **filters)
    return page(rows, limit, lambda row: [row["raised_at"], row["id"]])


@router.get("/alarms/{id}", response_model=Alarm, responses=answers(404, 503), summary="One alarm")
def alarm(id: str, request: Request, connection: Database) -> Response:
    row = Alarms(connection).one(id) if "\x00" not in id else None
    if row is None:
        raise Problem(404, f"there is no alarm {id!r}")
    return single(request, Alarm.model_validate(row))


@router.post(
    "/alarms/{id}/acknowledge",
    response_model=Acknowledged,
    dependencies=[needs("alarms")],
    responses=answers(401, 403, 404, 409, 422, 503),
    summary="Take charge of an alarm",
)
def take_charge(
    id: str,
    told: Acknowledgement,
    asker: TheAsker,
    audit: TheAudit,
    house: TheHouse,
    seen: Database,
    service: Service,
    now: Now,
) -> dict[str, Any]:
    by = asker.author(told.by)
    if "\x00" in id or Alarms(seen).one(id) is None:
        raise Problem(404, f"there is no alarm {id!r}")
    try:
        with audit.deed("changed", "alarm", id, deed="acknowledge", by=by):
            fact = acknowledge(service, id, by, told.comment, now, house.log, asker.account)
            if fact is None:
                raise Problem(404, f"there is no alarm {id!r}")
    except CannotAcknowledge as error:
        raise Problem(409, str(error)) from None
    return {"id": fact, "alarm_id": id, "by": by, "at": now}
