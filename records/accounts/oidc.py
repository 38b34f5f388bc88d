"""People who sign in at an OpenID Connect provider: who they are here.

An account is found by what the provider calls the person for ever (`iss` and `sub`), never by a name or a mail address,
which other people of that provider might take. Whoever is not known yet gets an account that is disabled and without
roles and grid; an administrator decides.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from records.accounts.actions import create
from records.accounts.audit import record
from records.accounts.model import SPECIAL
from records.accounts.sign_in import CannotSignIn, enter
from records.accounts.store import Account, Accounts, digest

PATIENCE = timedelta(minutes=10)  # to sign in there and come back
BEGUN = """
    INSERT INTO oidc_attempt (state, browser, nonce, verifier, next, started_at)
    VALUES (%(state)s, %(browser)s, %(nonce)s, %(verifier)s, %(next)s, %(now)s)
"""
BACK = """
    DELETE FROM oidc_attempt WHERE state = %s AND browser = %s AND started_at > %s RETURNING nonce, verifier, next
"""
GIVEN = """
    UPDATE account SET roles = ARRAY(
        SELECT key FROM role
         WHERE key = ANY (%(roles)s) AND key <> 'wall' AND NOT permissions && %(special)s ORDER BY key)
     WHERE id = %(id)s
"""


@dataclass(frozen=True)
class Attempt:
    """Somebody went to the provider. `state` and `browser` must come back together, once."""

    state: str
    browser: str
    nonce: str
    verifier: str


def begin(connection: Connection, next: str, now: datetime) -> Attempt:
    attempt = Attempt(*(secrets.token_urlsafe(48) for _ in range(4)))
    connection.execute("DELETE FROM oidc_attempt WHERE started_at < %s", (now - PATIENCE,))
    values = {"state": attempt.state, "browser": digest(attempt.browser), "nonce": attempt.nonce, "now": now}
    connection.execute(BEGUN, values | {"verifier": attempt.verifier, "next": next})
    return attempt


def came_back(connection: Connection, state: str, browser: str, now: datetime) -> tuple[str, str, str] | None:
    """Nonce, verifier and where to go, if this very browser went with this very state."""
    return connection.execute(BACK, (state, digest(browser), now - PATIENCE)).fetchone()


def arrive(
    connection: Connection, claims: dict[str, Any], roles: list[str] | None, now: datetime, *, address: str, agent: str
) -> str | CannotSignIn:
    """The secret of a session for whoever the provider vouches for, or why not.

    `roles`: what the provider says of them, None when it is not asked. It never gives special permissions.
    """
    subject = f"{claims['iss']} {claims['sub']}"
    account = _of(connection, subject)
    if account is None:
        id = f"oidc-{hashlib.sha256(subject.encode()).hexdigest()[:12]}"
        name = str(claims.get("name") or claims.get("preferred_username") or id)[:60]
        remark = str(claims.get("email") or claims.get("preferred_username") or "")[:200]
        create(connection, id, None, now, name=name, remark=remark, subject=subject, disabled_at=now, by="oidc")
        record(connection, None, "account_created", "account", id, address, by="oidc", name=name)
        return CannotSignIn("pending")
    if account.disabled_at is not None:
        record(connection, None, "sign_in_refused", "account", account.id, address, by="oidc")
        return CannotSignIn("pending" if not account.roles else "disabled")
    if account.locked_until is not None and account.locked_until > now:
        return CannotSignIn("locked", account.locked_until)
    if roles is not None:
        _give(connection, account, roles, address)
    connection.execute("UPDATE account SET signed_in_at = %s WHERE id = %s", (now, account.id))
    account = Accounts(connection).one(account.id)
    assert account is not None
    return enter(connection, account, now, address=address, agent=agent, by="oidc")


def _of(connection: Connection, subject: str) -> Account | None:
    with connection.cursor(row_factory=class_row(Account)) as cursor:
        return cursor.execute("SELECT * FROM account WHERE subject = %s", (subject,)).fetchone()


def _give(connection: Connection, account: Account, roles: list[str], address: str) -> None:
    connection.execute(GIVEN, {"roles": roles, "special": list(SPECIAL), "id": account.id})
    now = Accounts(connection).one(account.id)
    if now is not None and now.roles != account.roles:
        changed = {"roles": [account.roles, now.roles]}
        record(connection, None, "account_changed", "account", account.id, address, by="oidc", changed=changed)
