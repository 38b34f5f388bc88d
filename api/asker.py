"""Who asks: a program that speaks for the house itself, or a person, who sees one part of the city."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request

from api.problems import Problem, wrong
from records.accounts.model import Viewer
from records.accounts.store import Accounts
from streaming.callers import Caller
from streaming.grid import EVERYTHING, Grid

COOKIE = "sunshine_session"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
USED_EVERY = timedelta(seconds=60)  # how often a use is written down
MOST_USED = 10_000


@dataclass(frozen=True)
class Asker:
    """`viewer` is None for the machine itself and for the holder of API_TOKEN: they may and see everything."""

    viewer: Viewer | None = None

    @property
    def account(self) -> str:
        return self.viewer.account if self.viewer is not None else ""

    @property
    def grid(self) -> Grid:
        return EVERYTHING if self.viewer is None else self.viewer.grid

    def may(self, permission: str) -> bool:
        return self.viewer is None or self.viewer.may(permission)

    def author(self, by: str | None) -> str:
        """Who a deed is written down for: persons under their own name, programs under the one they give."""
        if self.viewer is None:
            if by is None:
                raise wrong("by", None, "this field is needed")
            return by
        if by not in (None, self.viewer.name):
            raise wrong("by", by, f"you are {self.viewer.name}; allowed is that, or no name at all")
        return self.viewer.name


def caller_of(request: Request) -> Caller:
    return Caller(request.client.host if request.client else "", dict(request.headers))


def holds_api_token(caller: Caller, token: str | None) -> bool:
    shown = caller.headers.get("authorization", "")
    return bool(token) and hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())


def who_asks(request: Request) -> Asker:
    """Raises 401 or 403: nobody is let in as anybody."""
    settings, caller = request.app.state.settings, caller_of(request)
    if "authorization" in caller.headers:
        if holds_api_token(caller, settings.api_token):
            return Asker()
        kind, _, secret = caller.headers["authorization"].partition(" ")
        viewer = _viewer(request, secret.strip(), "token") if kind.lower() == "bearer" else None
        if viewer is None:
            raise _nobody("this token is not known here, or it has ended")
        return Asker(viewer)
    secret = request.cookies.get(COOKIE, "")
    if secret:
        viewer = _viewer(request, secret, "browser")
        if viewer is None:
            raise _nobody("the session has ended: sign in again")
        _must_be_own_page(request, caller, viewer)
        return Asker(viewer)
    _must_be_this_machine(caller, settings.trusts_local_programs)
    return Asker()


TheAsker = Annotated[Asker, Depends(who_asks)]


def _viewer(request: Request, secret: str, kind: str) -> Viewer | None:
    """Whose token, or whose session, this is. A page that asks by itself is no use of its session; a deed is."""
    house, now = request.app.state.house, datetime.now(UTC)
    with house.pool.connection() as connection:
        accounts = Accounts(connection)
        viewer = accounts.viewer(secret, now)
        if viewer is None or viewer.kind != kind:
            return None
        using = kind == "token" or request.method in CHANGING
        if using and now - house.used.get(viewer.session, datetime.min.replace(tzinfo=UTC)) > USED_EVERY:
            if len(house.used) > MOST_USED:
                house.used.clear()
            house.used[viewer.session] = now
            accounts.used(secret, viewer, now)
    return viewer


def _must_be_own_page(request: Request, caller: Caller, viewer: Viewer) -> None:
    """A browser sends the cookie along whoever asks it to; a page of another site cannot know the session's word."""
    if viewer.must_change:
        raise Problem(403, "the password must be changed first, at the sign-in page")
    if request.method in CHANGING and not hmac.compare_digest(
        caller.headers.get("x-csrf-token", "").encode(), viewer.csrf.encode()
    ):
        raise Problem(403, "a change by the session of a browser needs the header X-CSRF-Token of that session")


def _must_be_this_machine(caller: Caller, trusted: bool) -> None:
    if caller.is_loopback and caller.is_foreign_page:
        raise Problem(403, "a page of another site may not ask anything here")
    if caller.is_loopback and not caller.is_called_local:
        host = caller.headers.get("host", "")
        raise Problem(
            403, f"without a token questions are taken at localhost, 127.0.0.1 and [::1] only, not at {host!r}"
        )
    if not (trusted and caller.is_this_machine):
        raise _nobody("show a token: Authorization: Bearer and your own, made on your page, or the value of API_TOKEN")


def _nobody(why: str) -> Problem:
    return Problem(401, why, headers={"WWW-Authenticate": "Bearer"})


def without_people(asker: Asker, body: dict[str, Any]) -> dict[str, Any]:
    """What a fact says, without whom it was about where the asker may not know that."""
    if asker.may("people"):
        return body
    return {key: value for key, value in body.items() if key not in ("person", "body_temperature")}
