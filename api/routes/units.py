"""Units with their judgement."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import needs
from api.asker import TheAsker, without_people
from api.audit import TheAudit
from api.filters import AreaPath, BusinessType, Id, Text, in_order, moment
from api.house import Database, Now, Service, TheHouse
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers, wrong
from api.single import single
from records.licences.model import state_on, worst
from records.units.actions import close
from records.units.store import Units
from scoring.index.words import sentences

router = APIRouter(tags=["units"])
Colour = Literal["green", "blue", "yellow", "red", "none"]
Status = Literal["active", "closed", "all"]
LicenceState = Literal["valid", "expiring", "expired", "missing"]


class Licence(BaseModel):
    kind: str = Field(examples=["food_license"])
    number: str
    issued_on: date | None
    expires_on: date | None
    state: LicenceState = Field(description="`expiring`: within 60 days")


class Unit(BaseModel):
    id: str = Field(examples=["U000001"])
    name: str
    name_en: str
    social_credit_code: str | None
    business_type: str = Field(examples=["medium"])
    area_id: str = Field(description="The banner", examples=["dongsheng"])
    street_id: str = Field(examples=["dongsheng-s01"])
    area_path: str = Field(examples=["ordos/dongsheng/dongsheng-s01"])
    address: str
    latitude: float | None
    longitude: float | None
    opens_at: str | None = Field(examples=["06:30"])
    closes_at: str | None
    status: Literal["active", "closed"]
    index: float | None = Field(description="Food-safety index 0 to 100; null below enough coverage", examples=[87.4])
    grade: str = Field(examples=["good"])
    colour: Colour
    coverage: float | None = Field(description="Share of the index that facts speak for, 0 to 1")
    dimensions: Any = Field(description="The five dimensions of the index")
    open_alarms: int | None
    worst_level: int | None = Field(description="Of the open alarms: 1 serious to 3 ordinary; 4 is information")
    licence_state: LicenceState = Field(description="The worst of its licences")
    licences: list[Licence]
    as_of: datetime | None = Field(description="When it was judged")


class UnitPage(BaseModel):
    items: list[Unit]
    next: str | None


class Dimension(BaseModel):
    score: float | None = Field(description="0 to 100; null without data")
    weight: float = Field(description="As the rule lays it down")
    points: float = Field(description="What it brings to the total")
    max: float
    coverage: float


class Indicator(BaseModel):
    key: str = Field(examples=["cold_chain"])
    dimension: str = Field(examples=["smart_kitchen"])
    points: float = Field(description="All points together are the total")
    max: float
    value: float | None = Field(None, description="0 to 1; null: no data")
    facts: list[str] = Field([], description="Ids of the newest facts behind it, at most 5: there may be more")
    because: str = Field("", description="Key of the sentence that says what costs; empty when nothing was lost")
    since: datetime | None = Field(None, description="While an alarm is open that costs these points: its beginning")


class Move(BaseModel):
    indicator: str = Field(examples=["cold_chain"])
    before: float | None = Field(description="Points when the index was told before; null: nothing was known")
    after: float
    facts: list[str] = Field([], description="Ids of the facts that came in between")


class UnitIndex(BaseModel):
    """Other fields of the judgement come along as they were judged."""

    model_config = ConfigDict(extra="allow")
    unit_id: str
    total: float | None
    grade: str
    colour: Colour
    coverage: float | None
    as_of: datetime | None = Field(description="When it was judged; null: not judged yet")
    dimensions: dict[str, Dimension] = Field({}, description="The five dimensions")
    previous: float | None = Field(None, description="The total as told before")
    moved: list[Move] = Field([], description="What moved since then, the largest step first")
    sentences: dict[str, dict[str, str]] = Field({}, description="What costs points, in words, by `because`")
    indicators: list[Indicator]


class Fact(BaseModel):
    id: str
    kind: str = Field(examples=["self_inspection_done"])
    at: datetime = Field(description="When it was true")
    recorded_at: datetime = Field(description="When it reached us")
    device_id: str | None
    body: dict[str, Any] = Field(description="The event with all its fields")


class FactPage(BaseModel):
    items: list[Fact]
    next: str | None


def _shown(row: dict[str, Any], today: date) -> dict[str, Any]:
    for licence in row["licences"]:
        expires_on = licence["expires_on"]
        licence["state"] = state_on(date.fromisoformat(expires_on) if expires_on else None, today)
    row["licence_state"] = worst(licence["state"] for licence in row["licences"])
    return row


@router.get("/units", response_model=UnitPage, responses=answers(422, 503), summary="Units")
def units(
    connection: Database,
    now: Now,
    path: AreaPath,
    type: BusinessType,
    colour: Colour | None = None,
    status: Status = "active",
    q: Annotated[Text, Query(description="A part of the name, the id or the credit code")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    (after,) = place(cursor, [str], [""])
    filters = {"path": path, "type": type, "colour": colour, "status": _one_status(status), "q": q}
    rows = Units(connection).page(after, limit + 1, **filters)
    return page([_shown(row, now.date()) for row in rows], limit, lambda row: [row["id"]])


@router.get(
    "/units.geojson",
    responses={200: {"content": {"application/geo+json": {}}, "description": "A FeatureCollection of points"}},
    response_class=Response,
    summary="Units as GeoJSON",
)
def units_geojson(
    connection: Database,
    now: Now,
    path: AreaPath,
    type: BusinessType,
    colour: Colour | None = None,
    status: Status = "active",
) -> Response:
    """All units in one answer; the properties are the fields of `/units`. A unit whose place is not known has the
    geometry `null`."""
    filters = {"path": path, "type": type, "colour": colour, "status": _one_status(status)}
    text = Units(connection).geojson(now.date(), **filters)
    return Response(text, media_type="application/geo+json")


def _one_status(status: Status) -> str | None:
    return None if status == "all" else status


@router.get("/units/{id}", response_model=Unit, responses=answers(404, 422, 503), summary="One unit")
def unit(id: Id, request: Request, connection: Database, now: Now) -> Response:
    row = Units(connection).one(id)
    if row is None:
        raise Problem(404, f"no unit {id!r} is registered")
    return single(request, Unit.model_validate(_shown(row, now.date())))


@router.delete(
    "/units/{id}",
    status_code=204,
    dependencies=[needs("registry")],
    responses=answers(401, 403, 404, 422, 503),
    summary="Close a unit",
)
def close_unit(
    id: Id,
    audit: TheAudit,
    house: TheHouse,
    seen: Database,
    service: Service,
    now: Now,
    reason: Annotated[Text, Query(description="Why, in words")] = None,
) -> None:
    """It leaves the lists, the city and its figures, and its alarms are cleared; its history stays. An import with the
    status `active` opens it again."""
    _must_exist(seen, id)
    with audit.deed("changed", "unit", id, deed="close", reason=reason or ""):
        close(service, id, reason or "", now, house.log)


@router.get("/units/{id}/index", response_model=UnitIndex, responses=answers(404, 422, 503), summary="Why this index")
def unit_index(
    id: Id,
    request: Request,
    connection: Database,
    now: Now,
    house: TheHouse,
    at: Annotated[datetime | None, Query(description="The judgement in force at this moment")] = None,
) -> Response:
    """The index with its dimensions, the points of each indicator, and the ids of the facts behind them."""
    _must_exist(connection, id)
    if (moment("at", at) or now) > now:
        raise wrong("at", at.isoformat() if at else None, f"in the future; allowed are moments until {now.isoformat()}")
    row = Units(connection).index(id, at)
    judged: dict[str, Any] = {
        "unit_id": id,
        "total": None,
        "grade": "none",
        "colour": "none",
        "coverage": None,
        "as_of": None,
    }
    judged |= {"indicators": []}
    if row:
        own = ("total", "grade", "colour", "coverage")
        judged |= row["result"] | {name: row[name] for name in own} | {"as_of": row["at"], "unit_id": id}
    judged["sentences"] = sentences(judged["indicators"], judged.get("reasons", ()), house.timezone)
    return single(request, UnitIndex.model_validate(judged))


@router.get("/units/{id}/timeline", response_model=FactPage, responses=answers(404, 422, 503), summary="What happened")
def timeline(
    id: Id,
    asker: TheAsker,
    connection: Database,
    since: Annotated[datetime | None, Query(alias="from", description="Not before this moment")] = None,
    until: Annotated[datetime | None, Query(alias="to", description="Not after this moment")] = None,
    kind: Annotated[Text, Query(description="Only events of this kind")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Events of a unit, newest first. Readings are not among them: ask the device for those."""
    _must_exist(connection, id)
    at, after = place(cursor, [datetime, str], [None, ""])
    first = moment("from", since) or datetime.fromisoformat("0001-01-02T00:00:00+00:00")
    last = moment("to", until) or datetime.fromisoformat("9999-12-30T00:00:00+00:00")
    in_order(since, until)
    rows = Units(connection).timeline(id, first, last, limit + 1, kind=kind, at=at, after=after)
    rows = [{**row, "body": without_people(asker, row["body"])} for row in rows]
    return page(rows, limit, lambda row: [row["at"], row["id"]])


def _must_exist(connection: Database, unit: str) -> None:
    if not Units(connection).exists(unit):
        raise Problem(404, f"no unit {unit!r} is registered")
