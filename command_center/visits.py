"""Who asks: every page and every question of the command center is asked by somebody who signed in.

A question's connection sees only that person's grid (streaming/database/seen.py). What may be asked by nobody at all
is listed in OPEN.
"""

import hmac
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from flask import Flask, Response, g, redirect, request
from psycopg import Connection, OperationalError
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from records.accounts.audit import record
from records.accounts.model import Viewer
from records.accounts.store import Accounts, digest
from streaming.database import open_pool, open_viewers, seeing
from streaming.questions import JSON, Question, answer
from streaming.settings import Settings

COOKIE = "sunshine_session"
SIGN_IN = "/sign-in"
OPEN = (
    "/_pages/sign-in/",
    "/assets/",
    "/build",
    "/healthz",
    "/readyz",
    "/metrics",
    SIGN_IN,
    "/sign-out",
    "/oidc/",
    "/favicon.ico",
    "/socket.io/",
)
# What is left to whoever must change the password first, and where that is done.
PASSWORD = "/account/password"
BEFORE_PASSWORD = (PASSWORD, "/_pages/password/", "/data/people/password", "/session")
USED_EVERY = timedelta(seconds=60)  # how often a use is written down
CHANGE_FIRST = {"error": "change your password first", "code": "password"}
HELD = timedelta(seconds=2)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
VIEWED_EVERY = timedelta(minutes=10)  # who looks at the same thing again meanwhile sees it once
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
MOST = 1024 * 1024  # bytes of a deed; a route that takes files says how many itself


class Refused(Exception):
    """Answered as JSON with its status; `error` is a sentence for the person."""

    def __init__(self, status: int, error: str, **more: Any):
        super().__init__(error)
        self.status, self.body = status, {"error": error, **more}


class Visits:
    """Sessions of browsers on the Flask application, and questions to the database on their behalf."""

    def __init__(self, server: Flask, settings: Settings):
        self._settings = settings
        server.config["MAX_CONTENT_LENGTH"] = MOST
        self.service = open_pool(settings.database, size=4, name="web")
        self.viewers = open_viewers(settings.database, size=6, name="web-viewer", timezone=settings.city_timezone)
        self._known: dict[bytes, tuple[datetime, Viewer]] = {}
        self._used: dict[str, datetime] = {}
        self._viewed: dict[tuple[str, str, str], datetime] = {}
        server.before_request(self._admit)
        server.register_error_handler(Refused, lambda refused: _json(refused.body, refused.status))
        for lost in (PoolTimeout, OperationalError):
            server.register_error_handler(lost, lambda _error: _json({"error": "the database does not answer"}, 503))

    # --- for pages

    def viewer(self) -> Viewer:
        """Who asks. Raises Refused when nobody is signed in."""
        found = g.get("viewer")
        if found is None:
            raise Refused(401, "sign in first")
        return found

    def require(self, permission: str) -> Viewer:
        viewer = self.viewer()
        if not viewer.may(permission):
            raise Refused(403, f"your roles do not have the permission {permission!r}")
        return viewer

    def ask(self, question: Question, kind: str = JSON) -> Response:
        """What the question finds of what this person may see; 404 where it finds nothing."""
        grid = self.viewer().grid
        return answer(self.viewers, question, kind, lambda pool: seeing(pool, grid))

    def ask_service(self, question: Question) -> Response:
        """As `ask`, of tables that no grid reaches (accounts, the audit log). `require` a permission first."""
        return answer(self.service, question)

    @contextmanager
    def seen(self, grid: Any = None):
        """A connection that sees what the person sees."""
        with seeing(self.viewers, grid or self.viewer().grid) as connection:
            yield connection

    def act(self, permission: str | None, action: Callable[[Connection, Viewer, dict[str, Any]], Any]) -> Response:
        """What a person does: `action(connection, viewer, body)` in one transaction of the service, its answer as JSON.

        The connection sees everything: look the thing up through `seen` first, or check the viewer's grid.
        """
        viewer = self.require(permission) if permission else self.viewer()
        body = told_body()
        with self.service.connection() as connection:
            done = action(connection, viewer, body)
        return _json(done if done is not None else {}, 200)

    @property
    def address(self) -> str:
        return request.remote_addr or ""

    def audit(
        self, action: str, subject: str = "", subject_id: str = "", connection: Connection | None = None, **detail: Any
    ) -> None:
        """Write down what the person does (records/accounts/audit.py says how rows look).

        `connection`: the one of the deed, so that both happen or neither; none: a transaction of its own.
        """
        viewer = g.get("viewer")
        if connection is not None:
            record(connection, viewer, action, subject, subject_id, self.address, **detail)
            return
        with self.service.connection() as own:
            record(own, viewer, action, subject, subject_id, self.address, **detail)

    def viewed(self, subject: str, subject_id: str = "", connection: Connection | None = None, **detail: Any) -> None:
        """The person saw something restricted: a row, unless this session saw the same within ten minutes."""
        now = datetime.now(UTC)
        seen = (self.viewer().session, subject, subject_id)
        if now - self._viewed.get(seen, LONG_AGO) < VIEWED_EVERY:
            return
        self.audit("viewed", subject, subject_id, connection, **detail)
        _keep(self._viewed, seen, now)

    # --- the door

    def _admit(self) -> Response | None:
        g.viewer = None
        secret = request.cookies.get(COOKIE, "")
        if secret:
            try:
                # A page that asks by itself is not used by anybody: pages say when they are (POST /session).
                g.viewer = self.lookup(secret, using=_asks_for_page() or request.method in CHANGING)
            except (PoolTimeout, OperationalError):
                return _json({"error": "the database does not answer"}, 503)
        if request.method in CHANGING:
            self._same_site()
        if _among(OPEN):
            return None
        if request.path.startswith("/_pages/") and "/_dash-component-suites/" in request.path:
            return None
        if g.viewer is None:
            return self._elsewhere(SIGN_IN) or _json({"error": "sign in first"}, 401)
        if g.viewer.must_change and not _among(BEFORE_PASSWORD):
            return self._elsewhere(PASSWORD) or _json(CHANGE_FIRST, 403)
        if request.method in CHANGING and not hmac.compare_digest(
            request.headers.get("X-CSRF-Token", "").encode(), g.viewer.csrf.encode()
        ):
            return _json({"error": "the page is from another session: load it again"}, 403)
        return None

    def _elsewhere(self, path: str) -> Response | None:
        """A page that is asked for comes after that one; a question of a page's script just fails."""
        if not _asks_for_page():
            return None
        return redirect(f"{path}?next={quote(request.full_path.rstrip('?'), safe='')}")

    def lookup(self, secret: str, using: bool = True) -> Viewer | None:
        """The session's person. `using`: somebody did something, so the session's hour begins anew.

        What was found is held for two seconds: a page asks a dozen questions at once. Deeds of this process that
        change what a person may see or do call `forget`.
        """
        now = datetime.now(UTC)
        viewer = self._held(secret, now)
        due = using and viewer and now - self._used.get(viewer.session, LONG_AGO) > USED_EVERY
        if viewer is None or due:
            with self.service.connection() as connection:
                viewer = Accounts(connection).viewer(secret, now)
                if viewer is None or viewer.kind != "browser":
                    return None
                if using and now - self._used.get(viewer.session, LONG_AGO) > USED_EVERY:
                    viewer = Accounts(connection).used(secret, viewer, now)
                    _keep(self._used, viewer.session, now)
            _keep(self._known, digest(secret), (now, viewer))
        return viewer

    def forget(self) -> None:
        """Everybody is looked up anew at their next request."""
        self._known.clear()

    def _held(self, secret: str, now: datetime) -> Viewer | None:
        at, viewer = self._known.get(digest(secret), (LONG_AGO, None))
        return viewer if now - at < HELD else None

    def _same_site(self) -> None:
        """A page of another site may not have anything done here in a person's name."""
        origin = request.headers.get("Origin")
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Refused(403, "a page of another site may not change anything here")
        if origin is not None and origin.rpartition("://")[2] != request.host:
            raise Refused(403, "a page of another site may not change anything here")


def told_body() -> dict[str, Any]:
    """What a page says with its deed. Raises Refused."""
    try:
        body = request.get_json()
    except RequestEntityTooLarge:
        raise Refused(413, f"more than {(request.max_content_length or 0) // MOST} MB") from None
    except (BadRequest, UnsupportedMediaType, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused(422, "the body must be a JSON object")
    return body


def _among(paths: tuple[str, ...]) -> bool:
    """Is the path one of these? One that ends in a slash means all below it."""
    return any(request.path == path or (path.endswith("/") and request.path.startswith(path)) for path in paths)


def _asks_for_page() -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _keep(kept: dict[Any, Any], key: Any, value: Any) -> None:
    """At most so many; when there are more, all are looked up anew."""
    if len(kept) > 10_000:
        kept.clear()
    kept[key] = value


def _json(body: Any, status: int) -> Response:
    return Response(msgspec.json.encode(body), status, content_type=JSON, headers={"Cache-Control": "no-store"})


def told(viewer: Viewer | None) -> dict[str, Any]:
    """What a page's scripts know of the person."""
    if viewer is None:
        return {}
    return {
        "account": viewer.account,
        "name": viewer.name,
        "roles": list(viewer.roles),
        "permissions": sorted(viewer.permissions),
        "whole": viewer.grid.whole,
        "areas": [path.rpartition("/")[2] for path in viewer.grid.areas if path != "*"],
        "types": list(viewer.grid.types),
        "units": list(viewer.grid.units),
        "csrf": viewer.csrf,
        "must_change": viewer.must_change,
        **ends(viewer),
    }


def ends(viewer: Viewer) -> dict[str, Any]:
    """When the session ends: if nobody uses it, and in any case. And what time it is here."""
    return {
        "idle_at": viewer.idle_at and viewer.idle_at.isoformat(),
        "expires_at": viewer.expires_at and viewer.expires_at.isoformat(),
        "now": datetime.now(UTC).isoformat(),
    }
