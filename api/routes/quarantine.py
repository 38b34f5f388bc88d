"""Messages that could not be understood."""

import base64
from datetime import datetime
from typing import Annotated, Any, LiteralString

from fastapi import APIRouter, Query
from psycopg.rows import dict_row
from pydantic import BaseModel, Field

from api.access import needs
from api.filters import Text
from api.house import Service
from api.paging import Cursor, Limit, page, place
from api.problems import answers
from records.devices.reading import Devices

router = APIRouter(tags=["facts"])

PAGE: LiteralString = """
    SELECT id, received_at, source, topic, payload, payload_size, reason, detail, device_id, resolved_at
      FROM quarantine
     WHERE id < %(before)s AND (%(reason)s::text IS NULL OR reason = %(reason)s)
       AND (%(device)s::text IS NULL OR device_id = ANY (%(names)s))
       AND (%(resolved)s::boolean IS NULL OR (resolved_at IS NOT NULL) = %(resolved)s)
     ORDER BY id DESC LIMIT %(limit)s
"""


class Quarantined(BaseModel):
    id: int
    received_at: datetime
    source: str = Field(description="The wire it came by", examples=["mqtt"])
    topic: str
    reason: str = Field(examples=["bad_json"])
    detail: str = Field(description="The reason in words")
    device_id: str | None = Field(description="Who sent it, as `dialect:name`, where that is known")
    resolved_at: datetime | None = Field(description="When it became valid after all")
    payload: str | None = Field(description="As it came, when it is text")
    payload_base64: str | None = Field(description="As it came, when it is not")
    payload_size: int = Field(description="Its whole size in bytes; at most 64 KiB are kept")


class QuarantinePage(BaseModel):
    items: list[Quarantined]
    next: str | None


@router.get(
    "/quarantine",
    response_model=QuarantinePage,
    dependencies=[needs("registry", whole=True)],
    responses=answers(401, 403, 422, 503),
    summary="Messages that could not be understood",
)
def quarantine(
    connection: Service,
    reason: Text = None,
    device: Annotated[Text, Query(description="Id of a device, known or not, or `dialect:name`")] = None,
    resolved: bool | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Newest first, as they came. Nobody knows what is in them, so they are for those who see the whole city."""
    (before,) = place(cursor, [int], [2**63 - 1])
    names = [device, f"native:{device}", *_other_names(connection, device)]
    values = {"before": before, "reason": reason, "device": device, "names": names, "resolved": resolved}
    values["limit"] = limit + 1
    with connection.cursor(row_factory=dict_row) as rows:
        found = rows.execute(PAGE, values).fetchall()
    return page([{**row, **_readable(bytes(row["payload"]))} for row in found], limit, lambda row: [row["id"]])


def _readable(payload: bytes) -> dict[str, str | None]:
    try:
        return {"payload": payload.decode(), "payload_base64": None}
    except UnicodeDecodeError:
        return {"payload": None, "payload_base64": base64.b64encode(payload).decode()}


def _other_names(connection: Service, device: str | None) -> list[str]:
    return [f"{one['dialect']}:{one['alias']}" for one in Devices(connection).aliases(device or "")]
