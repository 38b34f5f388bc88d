"""The KPI strip."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.house import Database, Now
from api.problems import answers
from api.single import single
from records.city import figures

router = APIRouter(tags=["city"])


class Colours(BaseModel):
    green: int
    blue: int
    yellow: int
    red: int
    none: int = Field(description="Not judged: too few facts")


class Done(BaseModel):
    done: int | None
    due: int


class CityArea(BaseModel):
    id: str
    name: str
    name_en: str
    index: float | None = Field(description="Mean of its units' indexes")
    worst: int | None = Field(description="Level of its most serious open alarm, 1 to 3")
    open_alarms: int
    units: int
    online_rate: float | None


class AsOf(BaseModel):
    """The newest fact behind a figure; null when there is none."""

    index: datetime | None
    online: datetime | None
    self_inspection: datetime | None
    rectification: datetime | None


class City(BaseModel):
    as_of: datetime = Field(description="When these figures were asked from the database")
    units: int
    units_by_colour: Colours
    devices: int = Field(description="Without cameras")
    devices_online: int | None
    cameras: int
    cameras_online: int | None
    online_rate: float | None = Field(description="Of all registered, 0 to 1; null when none was heard of")
    alarms_open: dict[str, int] = Field(description="By level: 1 serious to 4 information", examples=[{"1": 0, "2": 3}])
    index_mean: float | None
    self_inspection_today: Done
    rectification_rate: float | None = Field(description="Closed of all ordered, 0 to 1")
    areas: list[CityArea]
    as_of_by: AsOf


@router.get("/city", response_model=City, responses=answers(503), summary="The city in figures")
def city(request: Request, connection: Database, now: Now) -> Response:
    return single(request, City.model_validate(figures(connection, now)), besides={"as_of"})
