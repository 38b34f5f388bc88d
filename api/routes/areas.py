"""The tree of areas."""

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.filters import AreaPath, Id
from api.house import Database
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers
from api.single import single
from records.areas.store import Areas

router = APIRouter(tags=["areas"])
Kind = Literal["city", "banner", "street", "community"]


class Area(BaseModel):
    id: str = Field(examples=["dongsheng-s01"])
    parent_id: str | None = Field(examples=["dongsheng"])
    kind: Kind
    name: str
    name_en: str
    path: str = Field(description="Ids from the city down to it", examples=["ordos/dongsheng/dongsheng-s01"])
    latitude: float | None
    longitude: float | None
    demonstration: bool = Field(description="A demonstration street")
    boundary: dict[str, Any] | None = Field(description="GeoJSON geometry")


class AreaPage(BaseModel):
    items: list[Area]
    next: str | None


@router.get("/areas", response_model=AreaPage, responses=answers(422, 503), summary="Areas")
def areas(
    connection: Database, path: AreaPath, kind: Kind | None = None, limit: Limit = 100, cursor: Cursor = None
) -> dict[str, Any]:
    """An area comes after the one that it lies in; `area` keeps those that lie in it, itself included."""
    (after,) = place(cursor, [str], [""])
    rows = Areas(connection).page(after, limit + 1, kind=kind, within=path)
    return page([vars(row) for row in rows], limit, lambda row: [row["path"]])


@router.get("/areas/{id}", response_model=Area, responses=answers(404, 422, 503), summary="One area")
def area(id: Id, request: Request, connection: Database) -> Response:
    found = Areas(connection).named([id])
    if not found:
        raise Problem(404, f"there is no area {id!r}")
    return single(request, Area.model_validate(vars(found[0])))
