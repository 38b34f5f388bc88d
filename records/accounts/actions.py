"""What is done with accounts. Whether a person may do it to this account is decided in authority.py."""

from datetime import datetime
from typing import Any

from psycopg import Connection

from records.accounts import passwords
from records.accounts.model import missing_in
from records.accounts.store import Accounts

CREATE = """
    INSERT INTO account (id, name, roles, areas, types, units, phone, remark, subject, disabled_at, created_at,
                         created_by)
    VALUES (%(id)s, %(name)s, %(roles)s, %(areas)s, %(types)s, %(units)s, %(phone)s, %(remark)s, %(subject)s,
            %(disabled_at)s, %(now)s, %(by)s)
"""
CHANGE = """
    UPDATE account SET name = %(name)s, roles = %(roles)s, areas = %(areas)s, types = %(types)s, units = %(units)s,
           phone = %(phone)s, remark = %(remark)s
     WHERE id = %(id)s
"""
CHANGED = ("name", "roles", "areas", "types", "units", "phone", "remark")


class WeakPassword(ValueError):
    """`lacks` as records.accounts.passwords says."""

    def __init__(self, lacks: list[str]):
        super().__init__(f"the password lacks {', '.join(lacks)}")
        self.lacks = lacks


def create(
    connection: Connection,
    id: str,
    password: str | None,
    now: datetime,
    *,
    name: str = "",
    roles: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
    phone: str = "",
    remark: str = "",
    subject: str | None = None,
    disabled_at: datetime | None = None,
    must_change: bool = True,
    by: str = "",
) -> None:
    """A new account; without a password it signs in elsewhere. Raises WeakPassword."""
    lacks = missing_in(password, id) if password is not None else []
    if lacks:
        raise WeakPassword(lacks)
    values: dict[str, Any] = {"id": id, "name": name or id, "roles": list(roles), "areas": list(areas)}
    values |= {"types": list(types), "units": list(units), "phone": phone, "remark": remark, "subject": subject}
    connection.execute(CREATE, values | {"by": by, "now": now, "disabled_at": disabled_at})
    if password is not None:
        passwords.set_password(connection, id, password, now, must_change=must_change)


def change(connection: Connection, id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Writes what is told of CHANGED; answers with what became different, as field -> [before, after]."""
    account = Accounts(connection).one(id)
    assert account is not None
    before = {field: getattr(account, field) for field in CHANGED}
    after = before | {field: told[field] for field in CHANGED if field in told}
    connection.execute(CHANGE, after | {"id": id})
    return {field: [before[field], after[field]] for field in CHANGED if before[field] != after[field]}


def reset_password(connection: Connection, id: str, now: datetime) -> str:
    """A one-time password. Whoever was signed in with the old one is out, and so are programs: it may have leaked."""
    password = passwords.one_time()
    passwords.set_password(connection, id, password, now, must_change=True)
    connection.execute("DELETE FROM session WHERE account_id = %s", (id,))
    return password


def change_password(connection: Connection, id: str, password: str, now: datetime) -> None:
    """A person's own new password. All sessions end; the caller opens a new one. Raises WeakPassword."""
    lacks = passwords.lacks(connection, id, password)
    if lacks:
        raise WeakPassword(lacks)
    passwords.set_password(connection, id, password, now, must_change=False)
    connection.execute("DELETE FROM session WHERE account_id = %s AND kind = 'browser'", (id,))


def unlock(connection: Connection, id: str) -> None:
    connection.execute("UPDATE account SET failures = 0, locked_until = NULL WHERE id = %s", (id,))


def lock(connection: Connection, id: str, until: datetime) -> None:
    """Nobody signs in with it until then, and whoever is signed in is out. Its programs' tokens stay."""
    connection.execute("UPDATE account SET locked_until = %s WHERE id = %s", (until, id))
    connection.execute("DELETE FROM session WHERE account_id = %s AND kind = 'browser'", (id,))


def disable(connection: Connection, id: str, now: datetime) -> None:
    """Its sessions and tokens end with it."""
    connection.execute("UPDATE account SET disabled_at = coalesce(disabled_at, %s) WHERE id = %s", (now, id))
    connection.execute("DELETE FROM session WHERE account_id = %s", (id,))


def enable(connection: Connection, id: str) -> None:
    connection.execute("UPDATE account SET disabled_at = NULL WHERE id = %s", (id,))
