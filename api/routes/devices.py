"""Devices, their readings, and binding them to units."""

from datetime import date, datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field

from api.access import needs
from api.asker import Asker, TheAsker
from api.audit import TheAudit
from api.filters import AreaPath, DeviceKind, Id, Text, UnitId, one_of
from api.house import Database, House, Now, Service, TheHouse
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers, wrong
from api.single import single
from records.devices.actions import DEVICES, remove
from records.devices.commands import BrokerAway, send
from records.devices.reading import Devices
from records.registration import register
from records.sheet import ImportRefused
from records.spreadsheets import Table
from records.units.store import Units
from sensors.catalogue import CATALOGUE, metric_of

router = APIRouter(tags=["devices"])
MOST_COMMAND = 64 * 1024
OTHER_NAME = "the other name of another device"
FAMILIES = sorted({kind.family for kind in CATALOGUE.values()})


class LastReading(BaseModel):
    metric: str = Field(examples=["temperature"])
    value: float = Field(examples=[4.2])
    unit: str = Field(description="Unit of measure; empty for flags and counts", examples=["°C"])
    at: datetime


class Alias(BaseModel):
    dialect: str = Field(examples=["zigbee2mqtt"])
    alias: str = Field(examples=["kitchen fridge"])


class Device(BaseModel):
    id: str = Field(examples=["U000001-FR1"])
    unit_id: str = Field(examples=["U000001"])
    unit_name: str
    kind: str = Field(description="Key of the catalogue of device kinds", examples=["fridge_temp_humidity"])
    family: str = Field(description="sensor, camera, screen, terminal or gateway", examples=["sensor"])
    name: str
    room: str
    interval_seconds: int = Field(description="How often it reports; 0: only when something happens")
    vendor: str
    model: str
    serial: str
    public: bool
    online: bool | None = Field(description="null: never heard of")
    seen_at: datetime | None = Field(description="Its newest sign of life")
    age_seconds: float | None = Field(description="Since its newest sign of life")
    changed_at: datetime | None = Field(description="Since when it is online or offline")
    readings: list[LastReading] = Field(description="The newest of each metric")
    registered_at: datetime


class DayOnline(BaseModel):
    day: date
    online_seconds: float


class WholeDevice(Device):
    aliases: list[Alias] = Field(description="The names it goes by in other systems")
    presence: list[DayOnline] = Field(description="Time online on each of the last seven days, today included")


class DevicePage(BaseModel):
    items: list[Device]
    next: str | None


class DeviceEntry(BaseModel):
    """A device as it is registered."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(examples=["U000001-FR9"])
    unit_id: str = Field(examples=["U000001"])
    kind: str = Field(examples=["fridge_temp_humidity"])
    name: str | None = None
    room: str | None = None
    interval_seconds: int | None = Field(None, description="Absent: as usual for its kind")
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    public: bool | None = None
    aliases: list[Alias] | None = None


class DeviceChange(BaseModel):
    """Fields that are not named stay as they are."""

    model_config = ConfigDict(extra="forbid")
    unit_id: str | None = Field(None, description="Another unit: the device moves there")
    kind: str | None = None
    name: str | None = None
    room: str | None = None
    interval_seconds: int | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    public: bool | None = None
    aliases: list[Alias] | None = None


class Command(BaseModel):
    """What the device is to do. Which commands it knows, its maker says."""

    model_config = ConfigDict(extra="forbid")
    command: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$", examples=["self_test"])
    arguments: dict[str, Any] = Field({}, description="As the device expects them", examples=[{"seconds": 10}])
    by: str | None = Field(
        None, min_length=1, max_length=100, pattern=r"^[^\x00]*$",
        description="Who orders it, told by programs; a person's own name is known",
    )  # fmt: skip


class Commanded(BaseModel):
    id: str = Field(description="Of the command and of the fact that it was sent", examples=["command:5f0c..."])
    topic: str = Field(examples=["sunshine/v1/U000001/U000001-FR1/command"])
    at: datetime


def shown(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A row with what follows from it at this moment."""
    kind = CATALOGUE.get(row["kind"])
    readings = []
    for name, last in sorted(row["readings"].items()):
        metric = metric_of(row["kind"], name)
        at = datetime.fromisoformat(last["at"]).astimezone(now.tzinfo)
        readings.append({"metric": name, "value": last["value"], "unit": metric.unit if metric else "", "at": at})
    age = round((now - row["seen_at"]).total_seconds(), 1) if row["seen_at"] else None
    return {**row, "family": kind.family if kind else "sensor", "readings": readings, "age_seconds": age}


def kinds_of(family: str | None, kind: str | None) -> list[str] | None:
    """Keys of the catalogue that a filter means; None for all."""
    if family is None and kind is None:
        return None
    return [one.key for one in CATALOGUE.values() if family in (None, one.family) and kind in (None, one.key)]


@router.get("/devices", response_model=DevicePage, responses=answers(422, 503), summary="Devices")
def devices(
    connection: Database,
    now: Now,
    path: AreaPath,
    unit: UnitId,
    kind: DeviceKind,
    family: Text = None,
    online: bool | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    (after,) = place(cursor, [str], [""])
    kinds = kinds_of(one_of("family", family, FAMILIES), kind)
    rows = Devices(connection).page(after, limit + 1, unit=unit, kinds=kinds, online=online, path=path)
    return page([shown(row, now) for row in rows], limit, lambda row: [row["id"]])


@router.get("/devices/{id}", response_model=WholeDevice, responses=answers(404, 422, 503), summary="One device")
def device(id: Id, request: Request, connection: Database, now: Now) -> Response:
    return single(request, _whole(connection, id, now), besides={"age_seconds", "presence"})


@router.post(
    "/devices",
    response_model=WholeDevice,
    status_code=201,
    dependencies=[needs("registry")],
    responses={
        200: {"model": WholeDevice, "description": "It was known; its entry is now as told"},
        **answers(401, 403, 422, 503),
    },
    summary="Bind a device to a unit",
)
def bind(
    entry: DeviceEntry,
    response: Response,
    asker: TheAsker,
    audit: TheAudit,
    house: TheHouse,
    seen: Database,
    service: Service,
    now: Now,
) -> WholeDevice:
    """Registers the device, or binds a known one anew. Readings it sent before it was known become valid."""
    told = entry.model_dump(exclude_none=True)
    _must_be_theirs(asker, seen, service, told)
    with audit.deed("changed", "device", entry.id, deed="bind", told=told):
        new = _register(service, told, now, house, asker)
    if not new:
        response.status_code = 200
    return _whole(seen, entry.id, now)


@router.patch(
    "/devices/{id}",
    response_model=WholeDevice,
    dependencies=[needs("registry")],
    responses=answers(401, 403, 404, 422, 503),
    summary="Change or rebind a device",
)
def change(
    id: Id,
    change: DeviceChange,
    asker: TheAsker,
    audit: TheAudit,
    house: TheHouse,
    seen: Database,
    service: Service,
    now: Now,
) -> WholeDevice:
    _known(seen, id)
    told = {"id": id, **change.model_dump(exclude_none=True)}
    _must_be_theirs(asker, seen, service, told)
    with audit.deed("changed", "device", id, deed="change", told=told):
        _register(service, told, now, house, asker)
    return _whole(seen, id, now)


@router.delete(
    "/devices/{id}",
    status_code=204,
    dependencies=[needs("registry")],
    responses=answers(401, 403, 404, 503),
    summary="Take a device away",
)
def take_away(id: Id, audit: TheAudit, house: TheHouse, seen: Database, service: Service, now: Now) -> None:
    """Its readings and its history stay; it may be bound again later."""
    _known(seen, id)
    with audit.deed("changed", "device", id, deed="remove"):
        remove(service, id, now, house.log)


@router.post(
    "/devices/{id}/commands",
    response_model=Commanded,
    status_code=202,
    dependencies=[needs("registry")],
    responses=answers(400, 401, 403, 404, 413, 422, 503),
    summary="Tell a device what to do",
)
def command(
    id: Id,
    told: Command,
    asker: TheAsker,
    audit: TheAudit,
    house: TheHouse,
    seen: Database,
    service: Service,
    now: Now,
) -> dict[str, Any]:
    """Answers when the broker has the command (QoS 1). Whether the device did it, the device tells by its own facts."""
    by, device = asker.author(told.by), _known(seen, id)
    order = {"command": told.command, "arguments": told.arguments}
    if len(msgspec.json.encode(order)) > MOST_COMMAND:
        raise wrong("arguments", "...", f"allowed are at most {MOST_COMMAND // 1024} KiB")
    try:
        with audit.deed("changed", "device", id, deed="command", by=by, command=told.command):
            sent = send(service, house.settings.broker, device["unit_id"], id, order, by, now, house.log)
    except BrokerAway as error:
        raise Problem(503, str(error), headers={"Retry-After": "5"}) from None
    return {"id": sent.id, "topic": f"sunshine/v1/{sent.unit}/{id}/command", "at": now}


def _must_be_theirs(asker: Asker, seen: Connection, service: Connection, told: dict[str, Any]) -> None:
    """A person binds devices of their own units only; a unit elsewhere is one that is not there. New ids begin with
    their unit's, so that no answer tells which ids others have."""
    if asker.grid.whole:
        return
    unit, device = told.get("unit_id"), told["id"]
    if unit is not None and ("\x00" in unit or not Units(seen).exists(unit)):
        raise wrong("unit_id", unit, "unknown unit: register it first")
    if "\x00" in device or Devices(seen).was_registered(device):
        return
    if not device.startswith(f"{unit}-"):
        raise wrong("id", device, f"a new device of a part of the city has an id that begins with {unit}-")
    if Devices(service).was_registered(device):
        raise wrong("id", device, "this id is not free")


def _register(connection: Connection, told: dict[str, Any], now: datetime, house: House, asker: Asker) -> bool:
    """One entry by the same road as a file. True when the device is new."""
    cells = {field: str(value).lower() if isinstance(value, bool) else str(value) for field, value in told.items()}
    if "aliases" in told:
        cells["aliases"] = ";".join(f"{one['dialect']}={one['alias']}" for one in told["aliases"])
    table = Table(header=list(cells), rows=[(2, list(cells.values()))])
    try:
        return register(connection, DEVICES, table, now, house.log).imported == 1
    except ImportRefused as refused:
        errors = tuple(
            {"field": one.field, "value": one.value, "reason": _reason(one.reason, asker)}
            for one in refused.report.rejected
        )
        raise Problem(422, "; ".join(f"{one['field']}: {one['reason']}" for one in errors), errors) from None


def _reason(said: str, asker: Asker) -> str:
    said = said.replace("the file has no column", "missing:")
    if said.startswith(OTHER_NAME) and not asker.grid.whole:
        return OTHER_NAME  # whose, lies outside maybe
    return said


def _known(connection: Connection, id: str) -> dict[str, Any]:
    row = Devices(connection).one(id)
    if row is None:
        raise Problem(404, f"no device {id!r} is registered")
    return row


def _whole(connection: Connection, id: str, now: datetime) -> WholeDevice:
    found = Devices(connection)
    row = {**shown(_known(connection, id), now), "aliases": found.aliases(id), "presence": found.presence(id, now)}
    return WholeDevice.model_validate(row)
