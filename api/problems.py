"""Errors as RFC 9457 problem documents: every one says what was wrong, with what, and what is allowed."""

import logging
from dataclasses import dataclass
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg_pool import PoolClosed, PoolTimeout
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from records.sheet import ImportRefused
from records.spreadsheets import UnreadableTable

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("api")

TITLES = {
    400: "The request cannot be understood",
    401: "Say who you are",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    413: "Too large",
    415: "Unknown form",
    422: "Wrong values",
    500: "Something went wrong here",
    503: "Not available now",
}


@dataclass
class Problem(Exception):
    """Raised anywhere in an answer; becomes the problem document."""

    status: int
    detail: str
    errors: tuple[dict[str, Any], ...] = ()
    headers: dict[str, str] | None = None


class WrongValue(BaseModel):
    """One value that cannot be taken."""

    model_config = ConfigDict(extra="allow")
    field: str = Field(examples=["limit"])
    value: Any = Field(None, examples=["5000"])
    reason: str = Field(examples=["Input should be less than or equal to 1000"])
    row: int | None = Field(None, description="Row of an imported file; the header is row 1")
    index: int | None = Field(None, description="Place in a posted list, from 0")


class ProblemDocument(BaseModel):
    """RFC 9457, media type `application/problem+json`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str = Field(examples=["/api/v1/units"])
    errors: list[WrongValue] | None = None


def wrong(field: str, value: Any, reason: str) -> Problem:
    """One wrong value."""
    return Problem(422, f"{field}: {reason}", ({"field": field, "value": value, "reason": reason},))


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the description of a path: which problems it may answer."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": TITLES[status], "content": content} for status in statuses}


def _respond(request: Request, problem: Problem) -> JSONResponse:
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "Error"),
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
    }
    if problem.errors:
        document["errors"] = list(problem.errors)
    return JSONResponse(document, problem.status, problem.headers, MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Every way to fail ends in a problem document."""

    def problem(request: Request, error: Problem) -> JSONResponse:
        return _respond(request, error)

    def http(request: Request, error: HTTPException) -> JSONResponse:
        details = {404: f"there is nothing at {request.url.path}", 405: f"{request.method} is not possible here"}
        detail = details.get(error.status_code, str(error.detail))
        return _respond(request, Problem(error.status_code, detail, headers=dict(error.headers or {})))

    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        broken = next((one for one in error.errors() if one["type"] == "json_invalid"), None)
        if broken is not None:
            said = broken.get("ctx", {}).get("error", "")
            return _respond(request, Problem(400, f"the body is not JSON: {said} (byte {broken['loc'][-1]})"))
        errors = tuple(_readable(one) for one in error.errors())
        detail = "; ".join(f"{one['field']}: {one['reason']}" for one in errors[:3])
        return _respond(request, Problem(422, detail, errors))

    def refused(request: Request, error: ImportRefused) -> JSONResponse:
        rejected = tuple(
            {"row": one.row, "field": one.field, "value": one.value, "reason": one.reason}
            for one in error.report.rejected
        )
        response = Problem(422, str(error), rejected)
        return _respond(request, response)

    def unreadable(request: Request, error: UnreadableTable) -> JSONResponse:
        return _respond(request, Problem(422, str(error)))

    def no_database(request: Request, error: Exception) -> JSONResponse:
        log.warning("the database does not answer: %s", error)
        later = {"Retry-After": "5"}
        return _respond(request, Problem(503, "the database does not answer; try again in a few seconds", (), later))

    def unforeseen(request: Request, error: Exception) -> JSONResponse:
        return _respond(request, Problem(500, "an error that we did not foresee; it is in the log"))

    handlers: dict[type[Exception], Any] = {
        Problem: problem,
        HTTPException: http,
        RequestValidationError: invalid,
        ImportRefused: refused,
        UnreadableTable: unreadable,
        PoolTimeout: no_database,
        PoolClosed: no_database,
        psycopg.OperationalError: no_database,
        Exception: unforeseen,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _readable(error: Any) -> dict[str, Any]:
    field = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    value = error.get("input")
    if not isinstance(value, str | int | float | bool | None):
        value = str(value)[:200]
    return {"field": field, "value": value, "reason": error["msg"]}
