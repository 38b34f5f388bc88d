"""Registry files in and out."""

import json
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.access import needs
from api.asker import TheAsker
from api.audit import TheAudit
from api.bodies import Body
from api.house import Database, Now, Service, TheHouse
from api.problems import Problem, answers
from records.areas import boundaries
from records.exchange import ROOMS, export_table, import_table

router = APIRouter(tags=["registry files"])
What = Literal["areas", "units", "devices", "licences", "people"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
SUBJECTS = {"areas": "area", "units": "unit", "devices": "device", "licences": "unit", "people": "person"}
PERSONAL = ("legal_person", "phone")
FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


class RejectedCell(BaseModel):
    row: int = Field(description="Row of the file; the header is row 1", examples=[17])
    field: str = Field(examples=["social_credit_code"])
    value: str = Field(examples=["91110000600037341X"])
    reason: str = Field(examples=["the check character is wrong: after 91110000600037341 comes L, not X"])


class ImportReport(BaseModel):
    imported: int = Field(description="New entries", examples=[11266])
    changed: int = Field(description="Known entries that now say something else", examples=[0])
    unchanged: int = Field(description="Known entries that told nothing new", examples=[0])
    rejected: list[RejectedCell] = Field(description="With `accept_valid`: the cells whose rows were left out")
    ignored_columns: list[str] = Field(description="Columns of the file that mean nothing to us")


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself. CSV in UTF-8 (with or without byte order mark), GB18030 or UTF-16, or XLSX; "
        "told apart by its content. Columns: "
        + "; ".join(f"**{what}** `{','.join(room.sheet.fields)}`" for what, room in ROOMS.items())
        + ". Chinese column names are understood too.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class BoundaryReport(BaseModel):
    changed: int = Field(description="Areas whose boundary is another now", examples=[9])
    unchanged: int = Field(description="Areas whose boundary was the same", examples=[0])
    hints: list[str] = Field(description="What is odd, but no mistake: many units outside of their own area")


_GEOJSON: dict[str, Any] = {"requestBody": {"required": True, "content": {GEOJSON: {"schema": {"type": "object"}}}}}


@router.post(
    "/import/boundaries",
    response_model=BoundaryReport,
    dependencies=[needs("registry", whole=True)],
    openapi_extra=_GEOJSON,
    responses=answers(401, 403, 413, 422, 503),
    summary="Import boundaries of areas",
)
def import_boundaries(raw: Body, connection: Service, audit: TheAudit) -> dict[str, Any]:
    """A GeoJSON FeatureCollection in WGS-84; each feature names its area by the property `id`, or by a `name` that only
    one area has. Polygons and multi-polygons; a geometry that is null takes the boundary away. All or nothing."""
    try:
        with connection.transaction():
            made = boundaries.plan(connection, boundaries.read(raw))
            boundaries.save(connection, made)
            audit.write("imported", "area", boundaries=sorted(made.areas))
    except boundaries.BoundariesRefused as refusal:
        wrong = tuple({"field": f"{one.feature}: {one.field}", "value": one.value, "reason": one.reason}
                      for one in refusal.mistakes)  # fmt: skip
        raise Problem(422, str(refusal), wrong) from None
    return {"changed": len(made.areas), "unchanged": made.unchanged, "hints": made.hints}


@router.get(
    "/export/boundaries.geojson",
    dependencies=[needs("export")],
    responses={200: {"content": {GEOJSON: {}}, "description": "The file"}, **answers(401, 403, 503)},
    summary="Export boundaries of areas",
)
def export_boundaries(connection: Database, audit: TheAudit) -> Response:
    """A file that can be imported again."""
    audit.write("exported", "area", name="boundaries", form="geojson")
    return Response(json.dumps(boundaries.export(connection), ensure_ascii=False), media_type=GEOJSON)


@router.post(
    "/import/{what}",
    response_model=ImportReport,
    dependencies=[needs("registry", whole=True)],
    openapi_extra=_BODY,
    responses=answers(401, 403, 413, 422, 503),
    summary="Import a registry file",
)
def import_registry(
    what: What,
    raw: Body,
    audit: TheAudit,
    house: TheHouse,
    connection: Service,
    now: Now,
    accept_valid: Annotated[
        bool, Query(description="Take the good rows and leave out the rejected ones; else any wrong row refuses all")
    ] = False,
) -> dict[str, Any]:
    """All or nothing, in one transaction: entries are added or changed by their key. A column that the file does not
    have keeps what the registry says; an empty cell empties the field."""
    with connection.transaction():
        report = import_table(connection, what, raw, now, house.log, accept_valid).as_dict()
        counts = {key: report[key] for key in ("imported", "changed", "unchanged")}
        audit.write("imported", SUBJECTS[what], rejected=len(report["rejected"]), **counts)
    return report


@router.get(
    "/export/{what}.{form}",
    dependencies=[needs("export")],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}, XLSX: {}}, "description": "The file"}, **answers(401, 403, 422, 503)},
    summary="Export a registry file",
)
def export_registry(
    what: What,
    form: Literal["csv", "xlsx"],
    asker: TheAsker,
    audit: TheAudit,
    connection: Database,
    now: Now,
) -> Response:
    """A file that can be imported again, of what the asker sees. Names and telephone numbers need the permission
    `people`: without it the file of units comes without those columns, and the file of people not at all."""
    if what == "people" and not asker.may("people"):
        raise Problem(403, "your roles do not have the permission 'people'")
    hidden = () if asker.may("people") else PERSONAL
    body = export_table(connection, what, form, without=hidden)
    audit.write("exported", SUBJECTS[what], name=what, form=form, bytes=len(body))
    today: date = now.date()
    headers = {"Content-Disposition": f'attachment; filename="{what}-{today}.{form}"', "Cache-Control": "no-store"}
    return Response(body, media_type=FORMS[form], headers=headers)
