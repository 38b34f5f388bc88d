"""Signing in and out, and how long a session lasts."""

from datetime import UTC, datetime

from flask import Response, redirect, request

from command_center.house import House
from command_center.people.answers import door_page
from command_center.visits import COOKIE, SIGN_IN, Refused, Visits, _json, ends, told_body
from records.accounts import demo
from records.accounts.model import WALL_STAYS
from records.accounts.sign_in import CannotSignIn, sign_in
from records.accounts.store import Accounts, csrf_of


def add(house: House) -> None:
    visits, settings, server = house.visits, house.settings, house.site.server
    accounts = []
    if settings.sunshine_demo:
        with visits.service.connection() as connection:
            demo.ensure(connection, datetime.now(UTC))
        accounts = [demo.told(one) for one in demo.ACCOUNTS]
    door_page(
        house, "sign-in", (SIGN_IN,), "sign_in.document", "sign-in.js",
        demo_accounts=accounts, demo_password=demo.PASSWORD if accounts else "",
        oidc=settings.oidc_name if settings.oidc_issuer else "",
    )  # fmt: skip

    def enter() -> Response:
        told = told_body()
        name, password = str(told.get("name", ""))[:100].strip(), str(told.get("password", ""))[:300]
        try:
            secret = sign_in(
                visits.service.connection, name.replace("\x00", ""), password, datetime.now(UTC),
                address=visits.address, agent=request.headers.get("User-Agent", ""),
            )  # fmt: skip
        except CannotSignIn as refused:
            raise Refused(429 if refused.reason == "slow" else 401, refused.reason, until=refused.until) from None
        close(visits)  # of whoever sat here before
        response = _json({"csrf": csrf_of(secret)}, 200)  # for a page whose person signs in again on the spot
        remember(response, secret)
        return response

    def leave() -> Response:
        close(visits)
        response = redirect(SIGN_IN) if "text/html" in request.headers.get("Accept", "") else _json({}, 200)
        response.delete_cookie(COOKIE, path="/")
        return response

    def standing() -> Response:
        return _json(ends(visits.viewer()), 200)

    server.add_url_rule(SIGN_IN, "sign in", enter, methods=["POST"])
    server.add_url_rule("/sign-out", "sign out", leave, methods=["POST"])
    # GET asks how the session stands, POST says that somebody is at the page; the gate has noted that already.
    server.add_url_rule("/session", "session", standing, methods=["GET", "POST"])


def remember(response: Response, secret: str) -> None:
    """The session's cookie. How long it lasts is decided here, not by the browser."""
    stays = int(WALL_STAYS.total_seconds())
    response.set_cookie(
        COOKIE, secret, max_age=stays, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )


def close(visits: Visits) -> None:
    """Ends the session that the browser came with."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return
    viewer = visits.lookup(secret, using=False)
    with visits.service.connection() as connection:
        Accounts(connection).close_session(secret)
        if viewer is not None:
            visits.audit("signed_out", "account", viewer.account, connection)
    visits.forget()
