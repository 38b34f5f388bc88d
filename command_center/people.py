"""Signing in and out."""

from datetime import UTC, datetime

from dash import html
from flask import Response, redirect, request

from command_center.house import House
from command_center.visits import COOKIE, SIGN_IN, Refused, _json
from layouts.shell import Page
from records.accounts import demo
from records.accounts.actions import CannotSignIn, sign_in
from records.accounts.store import Accounts

WEEKS = 30 * 24 * 3600


def add(house: House) -> None:
    visits, settings = house.visits, house.settings
    accounts = []
    if settings.sunshine_demo:
        with visits.service.connection() as connection:
            demo.ensure(connection, datetime.now(UTC))
        accounts = [{"id": one.id, "name": one.name, "role": one.role} for one in demo.ACCOUNTS]
    house.site.add(
        Page(
            "sign-in",
            paths=(SIGN_IN,),
            title="sign_in.document",
            body=html.Div(html.Main(id="sign-in"), id="door"),
            module="sign-in.js",
            styles=("tokens.css", "desk.css"),
            facts={
                "themes": True,
                "timezone": settings.city_timezone,
                "demo_accounts": accounts,
                "demo_password": demo.PASSWORD if accounts else "",
            },
        )
    )

    def enter() -> Response:
        told = request.get_json(silent=True) or {}
        name, password = str(told.get("name", ""))[:100], str(told.get("password", ""))[:300]
        with visits.service.connection() as connection:
            try:
                secret = sign_in(
                    connection, name, password, datetime.now(UTC),
                    address=visits.address, agent=request.headers.get("User-Agent", ""),
                )  # fmt: skip
            except CannotSignIn as refused:
                connection.commit()
                raise Refused(401, refused.reason, until=refused.until) from None
        response = _json({}, 200)
        response.set_cookie(
            COOKIE, secret, max_age=WEEKS, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
        )
        return response

    def leave() -> Response:
        secret = request.cookies.get(COOKIE, "")
        if secret:
            with visits.service.connection() as connection:
                Accounts(connection).close_session(secret)
        response = redirect(SIGN_IN)
        response.delete_cookie(COOKIE, path="/")
        return response

    house.site.server.add_url_rule(SIGN_IN, "sign in", enter, methods=["POST"])
    house.site.server.add_url_rule("/sign-out", "sign out", leave, methods=["POST"])
