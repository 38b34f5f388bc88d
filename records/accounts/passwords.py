"""Passwords: hashed with Argon2id, never the same as one of the last five, given once by an administrator."""

import secrets
import sys
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from psycopg import Connection
from pwdlib import PasswordHash

from records.accounts.model import REMEMBERED, missing_in

LAST = "SELECT password_hash FROM password_used WHERE account_id = %s ORDER BY set_at DESC LIMIT %s"
SET = """
    UPDATE account SET password_hash = %(hash)s, password_set_at = %(now)s, must_change = %(must_change)s,
           failures = 0, locked_until = NULL
     WHERE id = %(id)s
"""
USED = "INSERT INTO password_used (account_id, password_hash, set_at) VALUES (%(id)s, %(hash)s, %(now)s)"
FORGET = """
    DELETE FROM password_used
     WHERE account_id = %(id)s AND set_at < (SELECT set_at FROM password_used WHERE account_id = %(id)s
                                              ORDER BY set_at DESC OFFSET %(keep)s - 1 LIMIT 1)
"""
# Without letters and digits that people take for each other when they read them out.
LETTERS = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "-+*%#")


@cache
def hasher() -> PasswordHash:
    return PasswordHash.recommended()  # Argon2id


@cache
def nobodys() -> str:
    """Checked when there is no such account, so that the answer takes as long."""
    return hasher().hash("nobody has this password")


def check(password: str, kept: str) -> tuple[bool, str | None]:
    """Is it right, and its new hash when the old one was made with weaker parameters than today's."""
    return _aside(hasher().verify_and_update, password, kept)


def hashed(password: str) -> str:
    return _aside(hasher().hash, password)


def used_before(connection: Connection, account: str, password: str) -> bool:
    """Was it one of the last passwords of this account?"""
    rows = connection.execute(LAST, (account, REMEMBERED)).fetchall()
    return any(check(password, row[0])[0] for row in rows)


def lacks(connection: Connection, account: str, password: str) -> list[str]:
    """What stands against it as a new password: as `missing_in` says, or `used`."""
    return missing_in(password, account) or (["used"] if used_before(connection, account, password) else [])


def set_password(connection: Connection, account: str, password: str, now: datetime, *, must_change: bool) -> None:
    values = {"id": account, "hash": hashed(password), "now": now, "must_change": must_change, "keep": REMEMBERED}
    connection.execute(SET, values)
    connection.execute(USED, values)
    connection.execute(FORGET, values)


def one_time() -> str:
    """A password that an administrator tells; it must be changed at the first sign-in."""
    chosen = [secrets.choice(letters) for letters in LETTERS]
    chosen += [secrets.choice("".join(LETTERS[:3])) for _ in range(11)]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def _aside(work: Callable[..., Any], *parts: Any) -> Any:
    """Argon2 takes a moment on purpose. Under gevent it happens in a thread, so that other visitors do not wait."""
    if "gevent.monkey" in sys.modules and sys.modules["gevent.monkey"].is_module_patched("threading"):
        import gevent

        return gevent.get_hub().threadpool.apply(work, parts)
    return work(*parts)
