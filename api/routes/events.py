"""Facts from systems that speak HTTP."""

from typing import Any

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.access import needs
from api.asker import TheAsker
from api.audit import TheAudit
from api.bodies import Body
from api.house import Database, Now, Service, TheHouse
from api.problems import Problem, answers
from api.reported import KINDS, WrongEvent, understand
from records.devices.reading import Devices
from records.units.store import Units
from streaming.events import Event
from streaming.intake import Intake
from streaming.registry import Registry

router = APIRouter(tags=["facts"])


class NotStored(BaseModel):
    id: str
    reason: str = Field(description="`unknown_device`: it becomes valid later", examples=["unknown_device"])
    detail: str = Field(examples=["no device 'U000001-FR9' is registered"])


class Stored(BaseModel):
    ids: list[str] = Field(description="Newly stored")
    duplicates: list[str] = Field(description="Known before, stored once")
    quarantined: list[NotStored] = Field(
        description="Kept aside: a reading of a device that is not registered, say, or one that contradicts what was "
        "told first (`conflict`)"
    )


_EXAMPLE = {
    "kind": "reading_taken", "device": "U000001-FR1", "metric": "temperature", "value": 4.2,
    "at": "2026-06-18T12:00:00+08:00",
}  # fmt: skip
_OBJECT = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": KINDS},
        "unit": {"type": "string", "description": "Id of the unit; may be absent where a device says it"},
        "at": {"type": "string", "format": "date-time", "description": "When it was true; absent: now"},
        "id": {"type": "string", "maxLength": 200, "description": "Unique for ever; absent: made from all it says"},
    },
    "additionalProperties": True,
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [_OBJECT, {"type": "array", "items": _OBJECT}]},
                "example": _EXAMPLE,
            }
        },
    }
}


@router.post(
    "/events",
    response_model=Stored,
    status_code=201,
    dependencies=[needs("registry")],
    openapi_extra=_BODY,
    responses={200: {"model": Stored, "description": "Nothing new"}, **answers(400, 401, 403, 413, 422, 503)},
    summary="Report one event or a list",
)
def report(
    raw: Body,
    response: Response,
    asker: TheAsker,
    audit: TheAudit,
    house: TheHouse,
    seen: Database,
    service: Service,
    now: Now,
) -> dict[str, Any]:
    """All or nothing: one wrong event, and none is stored. The same event twice is stored once, so a caller that got no
    answer sends it again."""
    told = _parse(raw)
    try:
        events = [understand(one, index, now) for index, one in enumerate(told)]
        _units_must_exist(seen, events)
        if not asker.grid.whole:
            _devices_must_exist(seen, events)
            _ids_must_be_theirs(seen, told, events)
        _units_must_be_the_devices(seen, events)
    except WrongEvent as error:
        fault = {"index": error.index, "field": error.field, "value": error.value, "reason": error.reason}
        raise Problem(422, f"event {error.index}: {error.field}: {error.reason}", (fault,)) from None
    with service.transaction():
        accepted = Intake(Registry(), house.log, "api", only_writer=False).accept(service, events, now)
        if asker.viewer is not None:  # what systems report by the thousand says itself where it comes from
            audit.write("changed", "fact", deed="report", ids=accepted.stored_ids[:50], count=len(accepted.stored_ids))
    if not accepted.stored_ids:
        response.status_code = 200
    quarantined = [{"id": one.id, "reason": one.reason, "detail": one.detail} for one in accepted.quarantined]
    return {"ids": accepted.stored_ids, "duplicates": accepted.duplicate_ids, "quarantined": quarantined}


def _parse(raw: bytes) -> list[Any]:
    try:
        told = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, f"the body is not JSON: {error}") from None
    return told if isinstance(told, list) else [told]


def _units_must_exist(connection: Database, events: list[Event]) -> None:
    unknown = Units(connection).unknown({event.unit for event in events if not getattr(event, "device", "")})
    for index, event in enumerate(events):
        if event.unit in unknown and not getattr(event, "device", ""):
            raise WrongEvent(index, "unit", event.unit, "no such unit is registered")


def _devices_must_exist(connection: Database, events: list[Event]) -> None:
    """Of somebody who sees a part of the city: what an unknown device says is not kept for later."""
    named = {getattr(event, "device", "") for event in events} - {""}
    known = Devices(connection).units(named)
    for index, event in enumerate(events):
        device = getattr(event, "device", "")
        if device and device not in known:
            raise WrongEvent(index, "device", device, "no such device is registered")


def _ids_must_be_theirs(connection: Database, told: list[Any], events: list[Event]) -> None:
    """Of somebody who sees a part of the city: whether an id was used before would tell of facts elsewhere."""
    units = Devices(connection).units({getattr(event, "device", "") for event in events} - {""})
    for index, (one, event) in enumerate(zip(told, events, strict=True)):
        unit = event.unit or units.get(getattr(event, "device", ""), "")
        if one.get("id") and not event.id.startswith(f"{unit}-"):
            raise WrongEvent(index, "id", event.id, f"allowed is no id, or one that begins with {unit}-")


def _units_must_be_the_devices(connection: Database, events: list[Event]) -> None:
    units = Devices(connection).units({getattr(event, "device", "") for event in events if event.unit})
    for index, event in enumerate(events):
        own = units.get(getattr(event, "device", ""), event.unit)
        if event.unit and event.unit != own:
            reason = f"{getattr(event, 'device', '')} is in another unit; allowed is {own}, or no unit"
            raise WrongEvent(index, "unit", event.unit, reason)
