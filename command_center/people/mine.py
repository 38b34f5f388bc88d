"""One's own account: who one is here, the password, where one is signed in, tokens for programs."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, request
from psycopg import Connection

from command_center.house import House
from command_center.people.answers import asked, deed, desk_page, door_page, text
from command_center.people.door import remember
from command_center.visits import PASSWORD, Refused, Visits, _json, told_body
from records.accounts import passwords, sessions
from records.accounts.actions import WeakPassword, change_password
from records.accounts.model import REMEMBERED, SHORTEST, TOKEN_LONGEST, VALID, Viewer
from records.accounts.sign_in import FAILED, FAILURES, LOCK
from records.accounts.store import Accounts

TOKENS = 20  # of one person
NAME = 60


def add(house: House) -> None:
    visits, server = house.visits, house.site.server
    desk_page(house, "account", ("/account",), "account.document", "people/account.js")
    door_page(
        house, "password", (PASSWORD,), "password.document", "people/password.js",
        shortest=SHORTEST, remembered=REMEMBERED, valid_days=VALID.days,
    )  # fmt: skip

    def me() -> Response:
        return asked(visits, None, lambda connection, viewer: about(connection, viewer, datetime.now(UTC)))

    def password() -> Response:
        return new_password(house)

    def end(id: str) -> Response:
        def action(connection: Connection, viewer: Viewer, body: dict[str, Any]) -> None:
            ended = sessions.end(connection, viewer.account, id)
            if ended is None:
                raise Refused(404, "there is no such session")
            what = "token_revoked" if ended[0] == "token" else "session_ended"
            visits.audit(what, "account", viewer.account, connection, ended=id, name=ended[1])

        return deed(visits, None, action)

    def token() -> Response:
        def action(connection: Connection, viewer: Viewer, body: dict[str, Any]) -> dict[str, str]:
            name, days = text(body, "name", NAME), body.get("days")
            if not name or not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= TOKEN_LONGEST.days:
                raise Refused(422, f"a token has a name and lasts 1 to {TOKEN_LONGEST.days} days", code="token_days")
            now = datetime.now(UTC)
            mine = sessions.mine(connection, viewer.account, now)
            if sum(one["kind"] == "token" for one in mine) >= TOKENS:
                raise Refused(409, f"at most {TOKENS} tokens: revoke one first", code="token_many")
            secret = sessions.new_token(connection, viewer.account, name, days, now, visits.address)
            visits.audit("token_created", "account", viewer.account, connection, name=name, days=days)
            return {"token": secret}

        return deed(visits, None, action)

    server.add_url_rule("/data/people/me", "people me", me)
    server.add_url_rule("/data/people/password", "people password", password, methods=["POST"])
    server.add_url_rule("/data/people/sessions/<id>", "people session", end, methods=["DELETE"])
    server.add_url_rule("/data/people/tokens", "people tokens", token, methods=["POST"])


def about(connection: Connection, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """What the person reads about themselves."""
    account = Accounts(connection).one(viewer.account)
    assert account is not None
    roles = connection.execute("SELECT key, name, name_en FROM role WHERE key = ANY (%s)", (account.roles,)).fetchall()
    areas = connection.execute(
        "SELECT id, name, name_en FROM area WHERE id = ANY (%s) ORDER BY path", (account.areas,)
    ).fetchall()
    units = connection.execute(
        "SELECT id, name, name_en FROM unit WHERE id = ANY (%s) ORDER BY id", (account.units,)
    ).fetchall()
    named = ("id", "name", "name_en")
    return {
        "id": account.id,
        "name": account.name,
        "phone": account.phone,
        "roles": [dict(zip(named, row, strict=True)) for row in roles],
        "permissions": sorted(viewer.permissions),
        "whole": viewer.grid.whole,
        "whole_city": "*" in account.areas,
        "areas": [dict(zip(named, row, strict=True)) for row in areas],
        "types": account.types,
        "units": [dict(zip(named, row, strict=True)) for row in units],
        "has_password": account.password_hash is not None,
        "password_set_at": account.password_set_at,
        "password_until": account.password_set_at and account.password_set_at + VALID,
        "signed_in_at": account.signed_in_at,
        "session": viewer.session,
        "sessions": sessions.mine(connection, account.id, now),
    }


def new_password(house: House) -> Response:
    """Changing it: the old one, then a new one; every session ends and this browser gets a new one.

    The old one is asked for again, and wrong answers count as at the door: a browser left open does not give it away.
    """
    visits, now = house.visits, datetime.now(UTC)
    viewer = visits.viewer()
    body = told_body()
    old, new = str(body.get("old", ""))[:300], str(body.get("new", ""))[:300]
    with visits.service.connection() as connection:
        account = Accounts(connection).one(viewer.account)
    if account is None or account.password_hash is None:
        raise Refused(409, "this account has no password here")
    right = not (account.locked_until and account.locked_until > now) and passwords.check(old, account.password_hash)[0]
    with visits.service.connection() as connection:
        if not right:
            values = {"id": account.id, "failures": FAILURES, "lock": LOCK, "now": now}
            row = connection.execute(FAILED, values).fetchone()
            visits.audit("password_refused", "account", account.id, connection)
            if row and row[0]:
                connection.execute("DELETE FROM session WHERE account_id = %s AND kind = 'browser'", (account.id,))
        else:
            secret = _changed(visits, connection, viewer, new, now)
    visits.forget()
    if not right:
        raise Refused(422, "old")
    response = _json({}, 200)
    remember(response, secret)
    return response


def _changed(visits: Visits, connection: Connection, viewer: Viewer, new: str, now: datetime) -> str:
    try:
        change_password(connection, viewer.account, new, now)
    except WeakPassword as error:
        raise Refused(422, "weak", lacks=error.lacks) from None
    account = Accounts(connection).one(viewer.account)
    assert account is not None
    agent = request.headers.get("User-Agent", "")
    secret = Accounts(connection).open_session(account, now, address=visits.address, agent=agent)
    visits.audit("password_changed", "account", viewer.account, connection)
    return secret
