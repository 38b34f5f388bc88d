"""Accounts, roles and sessions in the database."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from records.accounts.model import IDLE, LONGEST, ROLES, VALID, WALL_STAYS, Viewer
from streaming.grid import Grid

ACCOUNT = "SELECT * FROM account WHERE id = %s"
SEEDED = """
    INSERT INTO role (key, name, name_en, permissions) VALUES (%s, %s, %s, %s) ON CONFLICT (key) DO NOTHING
"""
OPEN = """
    INSERT INTO session (digest, account_id, kind, name, created_at, seen_at, expires_at, address, agent)
    VALUES (%(digest)s, %(account)s, %(kind)s, %(name)s, %(now)s, %(now)s, %(expires)s, %(address)s, %(agent)s)
"""
WHO = """
    SELECT account.id, account.name, account.roles, account.types, account.units, account.must_change,
           account.password_set_at, account.password_hash IS NOT NULL AS has_password,
           session.digest, session.kind, session.seen_at, session.expires_at,
           ARRAY(SELECT area.path FROM area WHERE area.id = ANY (account.areas)
                 UNION SELECT '*' WHERE '*' = ANY (account.areas)) AS areas,
           ARRAY(SELECT DISTINCT unnest(permissions) FROM role WHERE key = ANY (account.roles)) AS permissions
      FROM session JOIN account ON account.id = session.account_id
     WHERE session.digest = ANY (%(digests)s) AND session.expires_at > %(now)s AND account.disabled_at IS NULL
       AND (session.kind = 'token' OR account.roles = '{wall}' OR session.seen_at > %(now)s - %(idle)s)
"""
USED = "UPDATE session SET seen_at = %(now)s, expires_at = greatest(expires_at, %(until)s) WHERE digest = %(digest)s"


@dataclass(frozen=True)
class Account:
    id: str
    name: str
    roles: list[str]
    areas: list[str]
    types: list[str]
    units: list[str]
    phone: str
    remark: str
    password_hash: str | None
    password_set_at: datetime | None
    must_change: bool
    failures: int
    locked_until: datetime | None
    subject: str | None
    created_at: datetime
    created_by: str
    signed_in_at: datetime | None
    disabled_at: datetime | None


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(secret: str) -> str:
    """Told to pages of the session; another site's page cannot know it."""
    return hashlib.sha256(b"csrf:" + secret.encode()).hexdigest()[:32]


def is_wall(roles: Sequence[str]) -> bool:
    """A screen and nothing else. A person who may also look at walls is still a person."""
    return list(roles) == ["wall"]


class Accounts:
    """Asked and written as the service itself: a person's own role may not read these tables."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def seed_roles(self) -> None:
        """The roles every house begins with; those that are there stay as they are."""
        for key, name, name_en, permissions in ROLES:
            self._connection.execute(SEEDED, (key, name, name_en, list(permissions)))

    def one(self, account: str) -> Account | None:
        with self._connection.cursor(row_factory=class_row(Account)) as cursor:
            return cursor.execute(ACCOUNT, (account,)).fetchone()

    def open_session(self, account: Account, now: datetime, *, address: str = "", agent: str = "") -> str:
        """A new session; answers its secret, which nobody can read again."""
        secret = secrets.token_urlsafe(32)
        stays = WALL_STAYS if is_wall(account.roles) else LONGEST
        values = {"digest": digest(secret), "account": account.id, "kind": "browser", "name": "", "now": now}
        values |= {"expires": now + stays, "address": address[:100], "agent": agent[:300]}
        self._connection.execute(OPEN, values)
        return secret

    def viewer(self, secret: str, now: datetime) -> Viewer | None:
        """Whose session this is, unless it has ended. Looking is not using: `used` says so."""
        found = self.viewers([digest(secret)], now).get(digest(secret))
        return replace(found, csrf=csrf_of(secret)) if found is not None else None

    def viewers(self, digests: list[bytes], now: datetime) -> dict[bytes, Viewer]:
        """Those of these sessions that have not ended, in one question."""
        rows = self._rows(WHO, {"digests": digests, "now": now, "idle": IDLE})
        return {bytes(row["digest"]): _viewer(row, now) for row in rows}

    def used(self, secret: str, viewer: Viewer, now: datetime) -> Viewer:
        """A person did something: the hour without use begins anew. A wall's days begin anew too."""
        wall = is_wall(viewer.roles) and viewer.kind == "browser"
        until = now + WALL_STAYS if wall else now
        self._connection.execute(USED, {"digest": digest(secret), "now": now, "until": until})
        expires = max(filter(None, (viewer.expires_at, until)))
        return replace(viewer, idle_at=viewer.idle_at and now + IDLE, expires_at=expires)

    def close_session(self, secret: str) -> None:
        self._connection.execute("DELETE FROM session WHERE digest = %s", (digest(secret),))

    def _rows(self, query: LiteralString, values: Any) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()


def _viewer(row: dict[str, Any], now: datetime) -> Viewer:
    old = row["has_password"] and row["password_set_at"] and now - row["password_set_at"] > VALID
    return Viewer(
        account=row["id"],
        name=row["name"],
        roles=tuple(row["roles"]),
        permissions=frozenset(row["permissions"]),
        grid=Grid(tuple(sorted(row["areas"])), tuple(sorted(row["types"])), tuple(sorted(row["units"]))),
        session=bytes(row["digest"]).hex()[:12],
        must_change=bool(row["kind"] == "browser" and (row["must_change"] or old)),
        expires_at=row["expires_at"],
        idle_at=None if row["kind"] == "token" or is_wall(row["roles"]) else row["seen_at"] + IDLE,
        kind=row["kind"],
    )
