"""Signing in and out, and what an administrator does with accounts."""

from datetime import datetime
from functools import cache
from typing import Any

from psycopg import Connection
from pwdlib import PasswordHash

from records.accounts.model import FAILURES, LOCK, missing_in
from records.accounts.store import Accounts

CREATE = """
    INSERT INTO account (id, name, roles, areas, types, units, password_hash, password_set_at, must_change, created_at,
                         created_by)
    VALUES (%(id)s, %(name)s, %(roles)s, %(areas)s, %(types)s, %(units)s, %(hash)s, %(now)s, %(must_change)s, %(now)s,
            %(by)s)
"""
FAILED = """
    UPDATE account SET failures = failures + 1,
           locked_until = CASE WHEN failures + 1 > %(failures)s THEN %(now)s + %(lock)s ELSE locked_until END
     WHERE id = %(id)s RETURNING locked_until
"""
SIGNED_IN = "UPDATE account SET failures = 0, locked_until = NULL, signed_in_at = %(now)s WHERE id = %(id)s"


class CannotSignIn(ValueError):
    """`reason` is a key of the texts: `wrong` (name or password, not said which) or `locked` with `until`."""

    def __init__(self, reason: str, until: datetime | None = None):
        super().__init__(reason)
        self.reason, self.until = reason, until


@cache
def hasher() -> PasswordHash:
    return PasswordHash.recommended()  # Argon2id


@cache
def _nobody() -> str:
    """Checked when there is no such account, so that the answer takes as long."""
    return hasher().hash("nobody has this password")


def sign_in(
    connection: Connection, name: str, password: str, now: datetime, *, address: str = "", agent: str = ""
) -> str:
    """The secret of a new session. Raises CannotSignIn."""
    accounts = Accounts(connection)
    account = accounts.one(name)
    kept = account.password_hash if account is not None and account.disabled_at is None else None
    right = hasher().verify(password, kept or _nobody())
    if account is None or kept is None:
        raise CannotSignIn("wrong")
    if account.locked_until is not None and account.locked_until > now:
        raise CannotSignIn("locked", account.locked_until)
    if not right:
        if account.locked_until is not None:  # it was locked, the half hour is over: counting begins anew
            connection.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE id = %s", (name,))
        row = connection.execute(FAILED, {"id": name, "failures": FAILURES, "lock": LOCK, "now": now}).fetchone()
        if row and row[0]:
            raise CannotSignIn("locked", row[0])
        raise CannotSignIn("wrong")
    connection.execute(SIGNED_IN, {"id": name, "now": now})
    return accounts.open_session(account, now, address=address, agent=agent)


def create(
    connection: Connection,
    id: str,
    password: str,
    now: datetime,
    *,
    name: str = "",
    roles: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    must_change: bool = True,
    by: str = "",
) -> None:
    """A new account. Raises ValueError when the password is too weak."""
    lacks = missing_in(password, id)
    if lacks:
        raise ValueError(f"the password lacks {', '.join(lacks)}")
    values: dict[str, Any] = {
        "id": id,
        "name": name or id,
        "roles": list(roles),
        "areas": list(areas),
        "types": list(types),
    }
    values |= {"units": list(units), "hash": hasher().hash(password), "must_change": must_change, "by": by, "now": now}
    connection.execute(CREATE, values)
