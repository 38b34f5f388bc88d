"""Who may watch live: people with a session, and programs on this machine."""

from collections.abc import Set
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any

from psycopg_pool import ConnectionPool

from command_center.visits import COOKIE
from records.accounts.model import Viewer
from records.accounts.store import Accounts, digest
from streaming.callers import Caller
from streaming.live import Admitted


class SessionDoor:
    """Asks as the service itself. Watching is no use of a session: an hour without a deed ends it all the same."""

    def __init__(self, service: ConnectionPool, trusts_local_programs: bool):
        self._service = service
        self._trusts_local_programs = trusts_local_programs

    def admit(self, environ: dict[str, Any], auth: Any) -> Admitted | None:
        caller = Caller.of_environ(environ)
        kind, secret = _shown(caller)
        if not secret:
            return Admitted() if self._trusts_local_programs and caller.is_this_machine else None
        with self._service.connection() as connection:
            viewer = Accounts(connection).viewer(secret, datetime.now(UTC))
        return _admitted(digest(secret), viewer) if viewer is not None and _may_watch(viewer, kind) else None

    def standing(self, admitted: Set[Admitted]) -> Set[Admitted]:
        digests = [bytes.fromhex(one.who) for one in admitted]
        with self._service.connection() as connection:
            viewers = Accounts(connection).viewers(digests, datetime.now(UTC))
        return admitted & {
            _admitted(session, viewer) for session, viewer in viewers.items() if _may_watch(viewer, viewer.kind)
        }


def _may_watch(viewer: Viewer, kind: str) -> bool:
    """What is shown as a session is one, likewise a token; and nobody goes past the password that is due."""
    return viewer.kind == kind and not viewer.must_change


def _admitted(session: bytes, viewer: Viewer) -> Admitted:
    return Admitted(viewer.grid, session.hex(), viewer.roles)


def _shown(caller: Caller) -> tuple[str, str]:
    """Kind and secret: a person's own token for a program elsewhere, or the session's cookie."""
    scheme, _, token = caller.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return "token", token.strip()
    try:
        found = SimpleCookie(caller.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        found = None
    return "browser", found.value if found else ""
