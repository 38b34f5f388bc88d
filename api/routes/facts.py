"""One fact by its id."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from api.asker import TheAsker, without_people
from api.house import Database
from api.problems import Problem, answers
from api.single import single
from records.facts import find

router = APIRouter(tags=["facts"])
FactId = Annotated[
    str, Path(max_length=500, pattern=r"^[^\x00]*$", examples=["reading:U000001-FR1:temperature:1781755200000"])
]


class OneFact(BaseModel):
    id: str
    kind: str = Field(examples=["reading_taken"])
    at: datetime = Field(description="When it was true")
    recorded_at: datetime | None = Field(description="When it reached us; not kept of readings")
    unit_id: str | None
    device_id: str | None
    body: dict[str, Any] = Field(description="The event with all its fields")


@router.get("/facts/{id:path}", response_model=OneFact, responses=answers(404, 422, 503), summary="One fact or reading")
def fact(id: FactId, request: Request, asker: TheAsker, connection: Database) -> Response:
    """What an index, an alarm or an answer names as fact. A reading is `reading:DEVICE:METRIC:MILLISECONDS`."""
    found = find(connection, id)
    if found is None:
        raise Problem(404, f"there is no fact {id!r}; single readings are kept for a limited time")
    return single(request, OneFact.model_validate({**found, "body": without_people(asker, found["body"])}))
