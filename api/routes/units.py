"""Units with their judgement."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.filters import AreaPath, BusinessType, Id, Text, moment
from api.house import Database, Now
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers
from api.single import single
from records.licences.model import state_on, worst
from records.units.store import Units
from scoring.index.words import BECAUSE

router = APIRouter(tags=["units"])
Colour = Literal["green", "blue", "yellow", "red", "none"]
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
    worst_level: int | None = Field(description="Of the open alarms: 1 serious to 4 information")
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
    facts: list[str] = Field([], description="Ids of the newest events behind it")
    because: str = Field("", description="Key of the sentence that says what costs; empty when nothing was lost")


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
    q: Annotated[Text, Query(description="A part of the name, the id or the credit code")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    (after,) = place(cursor, [str], [""])
    rows = Units(connection).page(after, limit + 1, path=path, type=type, colour=colour, q=q)
    return page([_shown(row, now.date()) for row in rows], limit, lambda row: [row["id"]])


@router.get(
    "/units.geojson",
    responses={200: {"content": {"application/geo+json": {}}, "description": "A FeatureCollection of points"}},
    response_class=Response,
    summary="Units as GeoJSON",
)
def units_geojson(connection: Database, path: AreaPath, type: BusinessType, colour: Colour | None = None) -> Response:
    """All units in one answer. A unit whose place is not known has the geometry `null`."""
    text = Units(connection).geojson(path=path, type=type, colour=colour)
    return Response(text, media_type="application/geo+json")


@router.get("/units/{id}", response_model=Unit, responses=answers(404, 422, 503), summary="One unit")
def unit(id: Id, request: Request, connection: Database, now: Now) -> Response:
    row = Units(connection).one(id)
    if row is None:
        raise Problem(404, f"no unit {id!r} is registered")
    return single(request, Unit.model_validate(_shown(row, now.date())))


@router.get("/units/{id}/index", response_model=UnitIndex, responses=answers(404, 422, 503), summary="Why this index")
def unit_index(
    id: Id,
    request: Request,
    connection: Database,
    at: Annotated[datetime | None, Query(description="The judgement in force at this moment")] = None,
) -> Response:
    """The index with its dimensions, the points of each indicator, and the ids of the facts behind them."""
    _must_exist(connection, id)
    row = Units(connection).index(id, moment("at", at))
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
    judged["sentences"] = _sentences(judged["indicators"], judged.get("reasons", ()))
    return single(request, UnitIndex.model_validate(judged))


def _sentences(indicators: list[dict[str, Any]], reasons: Iterable[str]) -> dict[str, dict[str, str]]:
    """What costs points, as the screens say it."""
    keys = dict.fromkeys([*reasons, *(each["because"] for each in indicators if each.get("because"))])
    return {key: BECAUSE.get(key, {"zh": key, "en": key}) for key in keys}


@router.get("/units/{id}/timeline", response_model=FactPage, responses=answers(404, 422, 503), summary="What happened")
def timeline(
    id: Id,
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
    rows = Units(connection).timeline(id, first, last, limit + 1, kind=kind, at=at, after=after)
    return page(rows, limit, lambda row: [row["at"], row["id"]])


def _must_exist(connection: Database, unit: str) -> None:
    if not Units(connection).exists(unit):
        raise Problem(404, f"no unit {unit!r} is registered")
