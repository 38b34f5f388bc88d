"""The door: an account's name and password for the secret of a session."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from psycopg import Connection

from records.accounts import guesses, passwords
from records.accounts.audit import record
from records.accounts.model import FAILURES, LOCK, Viewer
from records.accounts.store import Account, Accounts
from streaming.grid import NOTHING

Opened = Callable[[], AbstractContextManager[Connection]]

FAILED = """
    UPDATE account SET failures = CASE WHEN locked_until IS NULL THEN failures ELSE 0 END + 1,
           locked_until = CASE WHEN locked_until IS NULL AND failures + 1 > %(failures)s THEN %(now)s + %(lock)s END
     WHERE id = %(id)s RETURNING locked_until
"""
SIGNED_IN = """
    UPDATE account SET failures = 0, locked_until = NULL, signed_in_at = %(now)s,
           password_hash = coalesce(%(fresh)s, password_hash)
     WHERE id = %(id)s
"""


class CannotSignIn(ValueError):
    """`reason` is a key of the texts: `wrong` (name or password, not said which), `locked` or `slow`, with `until`."""

    def __init__(self, reason: str, until: datetime | None = None):
        super().__init__(reason)
        self.reason, self.until = reason, until


def sign_in(opened: Opened, name: str, password: str, now: datetime, *, address: str = "", agent: str = "") -> str:
    """The secret of a new session. Raises CannotSignIn.

    No connection is held while the password is checked: that takes a moment, and others wait for connections.
    """
    with opened() as connection:
        until = guesses.charge(connection, address, now)
        account = None if until else Accounts(connection).one(name)
    if until:
        raise CannotSignIn("slow", until)
    kept = account.password_hash if account is not None and account.disabled_at is None else None
    right, fresh = passwords.check(password, kept or passwords.nobodys())
    with opened() as connection:
        if account is None or kept is None:
            refused = _nobody(connection, name, now, address)
        elif account.locked_until is not None and account.locked_until > now:
            refused = CannotSignIn("locked", account.locked_until)
        elif not right:
            refused = _failed(connection, account, now, address)
        else:
            guesses.refund(connection, address)
            connection.execute(SIGNED_IN, {"id": account.id, "now": now, "fresh": fresh})
            return enter(connection, account, now, address=address, agent=agent, by="password")
    raise refused


def enter(connection: Connection, account: Account, now: datetime, *, address: str, agent: str, by: str) -> str:
    """A new session for somebody who has shown who they are."""
    secret = Accounts(connection).open_session(account, now, address=address, agent=agent)
    record(connection, person(account), "signed_in", "account", account.id, address, by=by, agent=agent[:300])
    return secret


def person(account: Account) -> Viewer:
    """The account as the audit log names it."""
    return Viewer(account.id, account.name, tuple(account.roles), frozenset(), NOTHING)


def _failed(connection: Connection, account: Account, now: datetime, address: str) -> CannotSignIn:
    row = connection.execute(
        FAILED, {"id": account.id, "failures": FAILURES, "lock": LOCK, "now": now}
    ).fetchone()  # fmt: skip
    until = row[0] if row else None
    record(connection, None, "sign_in_refused", "account", account.id, address)
    if until is None:
        return CannotSignIn("wrong")
    record(connection, None, "account_locked", "account", account.id, address, until=until)
    return CannotSignIn("locked", until)


def _nobody(connection: Connection, name: str, now: datetime, address: str) -> CannotSignIn:
    until = guesses.of_nobody(connection, name, now)
    record(connection, None, "sign_in_refused", "account", name, address)
    return CannotSignIn("locked", until) if until else CannotSignIn("wrong")
