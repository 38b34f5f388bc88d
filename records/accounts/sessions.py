"""Where a person is signed in, and the tokens of their programs. Both are told by the first digits of their digest."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from records.accounts.model import IDLE, TOKEN_LONGEST
from records.accounts.store import OPEN, digest

MINE = """
    SELECT left(encode(digest, 'hex'), 12) AS id, kind, session.name, session.created_at, seen_at, expires_at,
           address, agent
      FROM session JOIN account ON account.id = session.account_id
     WHERE account_id = %(account)s AND expires_at > %(now)s
       AND (kind = 'token' OR account.roles = '{wall}' OR seen_at > %(now)s - %(idle)s)
     ORDER BY kind, seen_at DESC
"""
END = "DELETE FROM session WHERE account_id = %s AND left(encode(digest, 'hex'), 12) = %s RETURNING kind, name"
FORGET = "DELETE FROM session WHERE expires_at < %s"


def mine(connection: Connection, account: str, now: datetime) -> list[dict[str, Any]]:
    """Sessions and tokens of the account that have not ended, the one used last first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(MINE, {"account": account, "now": now, "idle": IDLE}).fetchall()


def end(connection: Connection, account: str, id: str) -> tuple[str, str] | None:
    """Ends one; its kind and name, None when this account has no such one."""
    return connection.execute(END, (account, id)).fetchone()


def new_token(connection: Connection, account: str, name: str, days: int, now: datetime, address: str) -> str:
    """A program's key with all that its person may and sees. Answers the secret, which nobody can read again."""
    stays = timedelta(days=days)
    if not timedelta(0) < stays <= TOKEN_LONGEST:
        raise ValueError(f"a token lasts 1 to {TOKEN_LONGEST.days} days")
    secret = f"sct_{secrets.token_urlsafe(32)}"
    values = {"digest": digest(secret), "account": account, "kind": "token", "name": name, "now": now}
    connection.execute(OPEN, values | {"expires": now + stays, "address": address[:100], "agent": ""})
    return secret


def forget(connection: Connection, now: datetime) -> int:
    """Sessions that have ended."""
    return connection.execute(FORGET, (now,)).rowcount
