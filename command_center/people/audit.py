"""Reading the audit log: searched, checked, taken along. Reading it is written down in it."""

import json
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request
from psycopg import Connection

from command_center.house import House
from command_center.people.answers import asked
from command_center.visits import Refused
from layouts.texts import LANGUAGES, catalogue
from records.accounts import audit_search
from records.accounts.audit_search import Wanted
from records.spreadsheets import WRITERS

PAGE = 100
MOST = 50_000  # rows of one file
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = ("id", "at", "account_id", "account_name", "address", "protocol", "action", "subject", "subject_id", "detail")


def add(house: House) -> None:
    visits, server = house.visits, house.site.server

    def found() -> Response:
        sought, offset = wanted(house), max(0, request.args.get("offset", 0, int))

        def find(connection: Connection, _viewer: Any) -> dict[str, Any]:
            return {
                "total": audit_search.count(connection, sought),
                "rows": audit_search.find(connection, sought, offset, PAGE),
                "actions": audit_search.actions(connection),
                "counted": audit_search.COUNTED,
            }

        visits.require("audit")
        visits.viewed("audit", **_said(sought))
        return asked(visits, "audit", find)

    def checked() -> Response:
        return asked(visits, "audit", lambda connection, _viewer: vars(audit_search.check(connection)))

    def taken(kind: str) -> Response:
        visits.require("audit")
        visits.require("export")
        sought = wanted(house)
        if kind not in KINDS:
            raise Refused(404, "not found")
        with visits.service.connection() as connection:
            if audit_search.count(connection, sought) > MOST:
                raise Refused(413, f"more than {MOST:,} rows: narrow the search", most=MOST)
            rows = audit_search.find(connection, sought, 0, MOST)
            visits.audit("exported", "audit", "", connection, rows=len(rows), form=kind, **_said(sought))
        lang = request.args.get("lang", "")
        texts = catalogue(lang if lang in LANGUAGES else house.settings.lang_default)
        header = [texts[f"audit.{column}"] for column in COLUMNS]
        body = WRITERS[kind](header, [[_cell(house, row[column]) for column in COLUMNS] for row in rows])
        response = Response(body, content_type=KINDS[kind], headers={"Cache-Control": "no-store"})
        response.headers.set("Content-Disposition", "attachment", filename=f"audit.{kind}")
        return response

    server.add_url_rule("/data/people/audit", "people audit", found)
    server.add_url_rule("/data/people/audit/check", "people audit check", checked)
    server.add_url_rule("/data/people/audit.<kind>", "people audit file", taken)


def wanted(house: House) -> Wanted:
    """What the address asks for; days are the city's."""
    args = {field: request.args.get(field, "").strip()[:100].replace("\x00", "") for field in
            ("account", "action", "subject", "subject_id", "address", "text")}  # fmt: skip
    since, until = _day(house, "since"), _day(house, "until")
    return Wanted(**args, since=since, until=until and until + timedelta(days=1))


def _day(house: House, field: str) -> datetime | None:
    told = request.args.get(field, "")
    if not told:
        return None
    try:
        return datetime.strptime(told, "%Y-%m-%d").replace(tzinfo=house.settings.timezone)
    except ValueError:
        raise Refused(422, f"{field} must be a day such as 2026-01-31") from None


def _said(sought: Wanted) -> dict[str, Any]:
    return {field: value for field, value in vars(sought).items() if value}


def _cell(house: House, value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(house.settings.timezone).isoformat(" ", "milliseconds")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
