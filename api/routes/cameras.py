"""Cameras: their state and their last fault."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.filters import AreaPath, Id, UnitId
from api.house import Database, Now
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers
from api.routes.devices import kinds_of, shown
from api.single import single
from records.devices.reading import Devices

router = APIRouter(tags=["cameras"])
CAMERA_KINDS = kinds_of("camera", None) or []


class CameraFault(BaseModel):
    fault: str = Field(examples=["covered"])
    level: int
    since: datetime
    cleared_at: datetime | None = Field(description="null: it lasts")


class Camera(BaseModel):
    id: str = Field(examples=["U000001-CAM1"])
    unit_id: str
    unit_name: str
    kind: str
    name: str
    room: str
    public: bool = Field(description="May be shown to everybody")
    online: bool | None = Field(description="null: never heard of")
    seen_at: datetime | None
    age_seconds: float | None
    changed_at: datetime | None
    last_fault: CameraFault | None


class CameraPage(BaseModel):
    items: list[Camera]
    next: str | None


@router.get("/cameras", response_model=CameraPage, responses=answers(422, 503), summary="Cameras")
def cameras(
    connection: Database,
    now: Now,
    path: AreaPath,
    unit: UnitId,
    online: bool | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    (after,) = place(cursor, [str], [""])
    found = Devices(connection)
    rows = found.page(after, limit + 1, unit=unit, kinds=CAMERA_KINDS, online=online, path=path)
    return page(_with_faults(found, rows, now), limit, lambda row: [row["id"]])


@router.get("/cameras/{id}", response_model=Camera, responses=answers(404, 422, 503), summary="One camera")
def camera(id: Id, request: Request, connection: Database, now: Now) -> Response:
    return single(request, Camera.model_validate(_camera(connection, id, now)), besides={"age_seconds"})


@router.get(
    "/cameras/{id}/snapshot.jpg",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "The newest picture"}, **answers(404, 422, 503)},
    summary="The newest picture of a camera",
)
def snapshot(id: Id, connection: Database, now: Now) -> Response:
    """404 until the camera gateway delivers pictures."""
    _camera(connection, id, now)
    raise Problem(404, f"there is no picture of camera {id!r} yet: the camera gateway does not deliver any")


def _camera(connection: Database, id: str, now: datetime) -> dict[str, Any]:
    row = Devices(connection).one(id)
    if row is None or row["kind"] not in CAMERA_KINDS:
        raise Problem(404, f"no camera {id!r} is registered")
    return _with_faults(Devices(connection), [row], now)[0]


def _with_faults(found: Devices, rows: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    faults = found.camera_faults(rows)
    return [{**shown(row, now), "last_fault": _fault(faults.get(row["id"]))} for row in rows]


def _fault(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return {**row, "fault": row["rule"].removeprefix("alarm/camera/").partition("@")[0]} if row else None
