"""Rule rows: limits, dwell times, weights. Every change is a new version with its author and reason."""

from datetime import datetime
from typing import Annotated, Any, LiteralString

from fastapi import APIRouter, Path, Request, Response
from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict, Field

from api.access import needs
from api.asker import TheAsker
from api.audit import TheAudit
from api.filters import Text
from api.house import Database, Service, TheHouse
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers
from api.single import single
from scoring.rules import WrongRule, change

router = APIRouter(tags=["rules"])
Key = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]*$", examples=["alarm/fridge_temp_humidity/temperature"])]

PAGE: LiteralString = """
    SELECT key, version, body, changed_at, changed_by, why FROM rule_now
     WHERE key > %(after)s AND (%(prefix)s::text IS NULL OR starts_with(key, %(prefix)s)) ORDER BY key LIMIT %(limit)s
"""
ONE: LiteralString = "SELECT key, version, body, changed_at, changed_by, why FROM rule_now WHERE key = %s"


class Rule(BaseModel):
    key: str = Field(examples=["alarm/fridge_temp_humidity/temperature"])
    version: int
    body: dict[str, Any]
    changed_at: datetime
    changed_by: str
    why: str


class RulePage(BaseModel):
    items: list[Rule]
    next: str | None


class RuleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    body: dict[str, Any] = Field(
        description="The fields that change; the others stay as they are", examples=[{"dwell_seconds": 600}]
    )
    by: str | None = Field(
        None, min_length=1, max_length=100, pattern=r"^[^\x00]*$",
        description="Programs say for whom they act; a person's own name is known",
    )  # fmt: skip
    why: str = Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")


@router.get("/rules", response_model=RulePage, responses=answers(422, 503), summary="Rules in force")
def rules(connection: Database, prefix: Text = None, limit: Limit = 100, cursor: Cursor = None) -> dict[str, Any]:
    (after,) = place(cursor, [str], [""])
    with connection.cursor(row_factory=dict_row) as rows:
        found = rows.execute(PAGE, {"after": after, "prefix": prefix, "limit": limit + 1}).fetchall()
    return page(found, limit, lambda row: [row["key"]])


@router.get("/rules/{key:path}", response_model=Rule, responses=answers(404, 422, 503), summary="One rule")
def rule(key: Key, request: Request, connection: Database) -> Response:
    row = _one(connection, key)
    if row is None:
        raise Problem(404, f"there is no rule {key!r}")
    return single(request, Rule.model_validate(row))


@router.put(
    "/rules/{key:path}",
    response_model=Rule,
    dependencies=[needs("rules", whole=True)],
    responses=answers(401, 403, 422, 503),
    summary="Put a new version of a rule in force",
)
def put(
    key: Key, told: RuleChange, asker: TheAsker, audit: TheAudit, house: TheHouse, connection: Service
) -> dict[str, Any]:
    """Takes effect at once. A row for one kind of business has the key of the general row, `@` and the business type;
    it begins as a copy of the general one."""
    by = asker.author(told.by)
    now = _one(connection, key) or _one(connection, key.partition("@")[0])
    try:
        with audit.deed("changed", "rule", key, by=by, why=told.why, body=told.body):
            change(connection, key, {**(now["body"] if now else {}), **_own(key, now), **told.body}, by, told.why,
                   house.log)  # fmt: skip
    except WrongRule as error:
        fault = {"field": f"body.{error.field}", "value": error.value, "reason": f"allowed is {error.allowed}"}
        raise Problem(422, str(error), (fault,)) from None
    row = _one(connection, key)
    assert row is not None
    return row


def _one(connection: Database, key: str) -> dict[str, Any] | None:
    with connection.cursor(row_factory=dict_row) as rows:
        return rows.execute(ONE, (key,)).fetchone()


def _own(key: str, base: dict[str, Any] | None) -> dict[str, Any]:
    """The business type that a row's key names stands in its body too."""
    _, _, business_type = key.partition("@")
    return {"business_type": business_type} if business_type and base and "business_type" in base["body"] else {}
