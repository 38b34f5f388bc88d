"""Keeping accounts: the list, creating, changing, resetting, locking, disabling. Nothing is ever deleted."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, request
from psycopg import Connection
from psycopg.errors import UniqueViolation

from command_center.house import House
from command_center.people.answers import asked, deed, text, texts
from command_center.visits import Refused, Visits
from records.accounts import actions, authority, listing, passwords
from records.accounts.model import Viewer
from records.accounts.store import Accounts

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,59}")
LOCKED_FOR = timedelta(hours=24)
PAGE = 50
AUDITED = {  # deeds that need no form, as the audit log calls them
    "reset": "password_reset", "unlock": "account_unlocked", "lock": "account_locked", "disable": "account_disabled",
    "enable": "account_enabled",
}  # fmt: skip


def add(house: House) -> None:
    visits, server = house.visits, house.site.server

    def found() -> Response:
        wanted = {field: request.args.get(field, "")[:100].replace("\x00", "") for field in ("role", "area", "state")}
        words, offset = request.args.get("q", "")[:100].replace("\x00", ""), request.args.get("offset", 0, int)

        def find(connection: Connection, viewer: Viewer) -> dict[str, Any]:
            now = datetime.now(UTC)
            return listing.accounts(connection, viewer, now, text=words, offset=max(0, offset), limit=PAGE, **wanted)

        return asked(visits, "accounts", find)

    def one(id: str) -> Response:
        return asked(visits, "accounts", lambda connection, viewer: shown(visits, connection, viewer, id))

    def create() -> Response:
        return deed(visits, "accounts", lambda connection, viewer, body: created(visits, connection, viewer, body))

    def change(id: str) -> Response:
        return deed(visits, "accounts", lambda connection, viewer, body: changed(visits, connection, viewer, id, body))

    def do(id: str, what: str) -> Response:
        return deed(visits, "accounts", lambda connection, viewer, body: done(visits, connection, viewer, id, what))

    rule = "/data/people/accounts"
    server.add_url_rule(rule, "people accounts", found)
    server.add_url_rule(rule, "people create", create, methods=["POST"])
    server.add_url_rule(f"{rule}/<id>", "people account", one)
    server.add_url_rule(f"{rule}/<id>", "people change", change, methods=["PUT"])
    server.add_url_rule(f"{rule}/<id>/<what>", "people do", do, methods=["POST"])


def shown(visits: Visits, connection: Connection, viewer: Viewer, id: str) -> dict[str, Any] | None:
    account = listing.one(connection, viewer, id, datetime.now(UTC))
    if account is not None and account["phone"]:
        visits.viewed("account", id, connection)
    return account


def created(visits: Visits, connection: Connection, viewer: Viewer, body: dict[str, Any]) -> dict[str, str]:
    """A new account with a one-time password, which is told once."""
    id, password = text(body, "id", 60), passwords.one_time()
    if not ID.fullmatch(id):
        raise Refused(422, "an account has 2 to 60 letters, digits, dots, hyphens or @", code="account_id")
    told = _told(connection, body)
    given = authority.check_roles(connection, viewer, told["roles"])
    authority.check_reason(set(), given, text(body, "why"))
    lists = {field: tuple(told.pop(field)) for field in ("roles", "areas", "types", "units")}
    try:
        actions.create(connection, id, password, datetime.now(UTC), by=viewer.account, **told, **lists)
    except UniqueViolation:
        raise Refused(409, "there is an account of this name already", code="account_taken") from None
    authority.check_account(connection, viewer, id)
    visits.audit("account_created", "account", id, connection, why=text(body, "why"), **told, **lists)
    return {"id": id, "password": password}


def changed(
    visits: Visits, connection: Connection, viewer: Viewer, id: str, body: dict[str, Any]
) -> dict[str, Any] | None:
    account = _kept(connection, viewer, id)
    told = _told(connection, body)
    before = authority.permissions_of(connection, account.roles)
    difference = actions.change(connection, id, told)
    if not difference:
        return None
    authority.check_account(connection, viewer, id)
    after = authority.permissions_of(connection, told["roles"])
    authority.check_reason(before, after, text(body, "why"))
    authority.check_somebody_left(connection)
    visits.audit("account_changed", "account", id, connection, why=text(body, "why"), changed=difference)
    return {"changed": list(difference)}


def done(visits: Visits, connection: Connection, viewer: Viewer, id: str, what: str) -> dict[str, str] | None:
    """One of the deeds that need no form."""
    account, now = _kept(connection, viewer, id), datetime.now(UTC)
    told: dict[str, str] | None = None
    match what:
        case "reset":
            if account.password_hash is None and account.subject is not None:
                raise Refused(409, "this account signs in elsewhere and has no password here", code="elsewhere")
            told = {"password": actions.reset_password(connection, id, now)}
        case "unlock":
            actions.unlock(connection, id)
        case "lock":
            actions.lock(connection, id, now + LOCKED_FOR)
        case "disable":
            actions.disable(connection, id, now)
        case "enable":
            actions.enable(connection, id)
        case _:
            raise Refused(404, "not found")
    authority.check_somebody_left(connection)
    visits.audit(AUDITED[what], "account", id, connection)
    return told


def _kept(connection: Connection, viewer: Viewer, id: str) -> Any:
    """The account, locked against other keepers meanwhile; one outside the keeper's grid is not there."""
    connection.execute("SELECT FROM account WHERE id = %s FOR UPDATE", (id,))
    account = Accounts(connection).one(id)
    if account is None or listing.one(connection, viewer, id, datetime.now(UTC)) is None:
        raise Refused(404, "there is no such account")
    authority.check_other(viewer, id)
    authority.check_account(connection, viewer, id)
    return account


def _told(connection: Connection, body: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {field: text(body, field) for field in ("name", "phone", "remark")}
    told |= {field: texts(body, field) for field in ("roles", "areas", "types", "units")}
    if not told["name"]:
        raise Refused(422, "an account has a name", code="account_name")
    _exist(connection, "SELECT key FROM role WHERE key = ANY (%s)", told["roles"], "roles")
    _exist(connection, "SELECT id FROM area WHERE id = ANY (%s)", [a for a in told["areas"] if a != "*"], "areas")
    _exist(connection, "SELECT id FROM unit WHERE id = ANY (%s)", told["units"], "units")
    if "wall" in told["roles"] and told["roles"] != ["wall"]:
        raise Refused(422, "a wall is a screen: its account has no other role", code="wall_alone")
    return told


def _exist(connection: Connection, query: Any, wanted: list[str], what: str) -> None:
    known = {row[0] for row in connection.execute(query, (wanted,)).fetchall()}
    if missing := [one for one in wanted if one not in known]:
        raise Refused(422, f"unknown {what}: {', '.join(missing[:5])}")
