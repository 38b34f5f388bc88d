"""Roles: names and permissions. What changes holds at each holder's next request."""

import re
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from records.accounts.authority import (
    NotAllowed,
    check_apart,
    check_reason,
    check_somebody_left,
    permissions_of,
)
from records.accounts.model import PERMISSIONS, ROLES, Viewer

LIST = """
    SELECT role.key, role.name, role.name_en, role.permissions, role.changed_at,
           count(account.id) AS holders, count(account.id) FILTER (WHERE disabled_at IS NULL) AS active,
           (array_agg(account.id ORDER BY account.id) FILTER (WHERE account.id IS NOT NULL))[:20] AS first
      FROM role LEFT JOIN account ON role.key = ANY (account.roles)
     GROUP BY role.key ORDER BY array_position(%s, role.key), role.key
"""
SAVE = """
    INSERT INTO role (key, name, name_en, permissions, changed_at)
    VALUES (%(key)s, %(name)s, %(name_en)s, %(permissions)s, %(now)s)
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
                                    permissions = excluded.permissions, changed_at = excluded.changed_at
"""
HELD_TOGETHER = "SELECT roles, id FROM account WHERE %s = ANY (roles)"
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
FIXED = "wall"  # screens: the sessions of this role have rules of their own


def all_roles(connection: Connection) -> list[dict[str, Any]]:
    """The house's own first, with how many hold each."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(LIST, ([key for key, *_ in ROLES],)).fetchall()


def save(connection: Connection, viewer: Viewer, role: dict[str, Any], why: str, now: datetime) -> dict[str, Any]:
    """A new role or a change; answers with what became different. Raises NotAllowed."""
    key, permissions = role["key"], sorted(set(role["permissions"]), key=list(PERMISSIONS).index)
    if not KEY.fullmatch(key):
        raise NotAllowed("role_key", "a key has 2 to 40 small letters, digits and _")
    if not role["name"].strip() or not role["name_en"].strip():
        raise NotAllowed("role_names", "a role has a name in both languages")
    if key == FIXED and permissions:
        raise NotAllowed("role_wall", "a wall is looked at by everybody in the room: it may not do anything")
    before = _one(connection, key)
    given = set(permissions)
    if key in viewer.roles and given != set((before or {}).get("permissions", ())):
        raise NotAllowed("role_own", "nobody changes the permissions of a role they hold")
    check_reason(set((before or {}).get("permissions", ())), given, why)
    check_apart(given)
    after = {"name": role["name"].strip(), "name_en": role["name_en"].strip(), "permissions": permissions}
    connection.execute(SAVE, after | {"key": key, "now": now})
    for roles, holder in connection.execute(HELD_TOGETHER, (key,)).fetchall():
        try:
            check_apart(permissions_of(connection, roles))
        except NotAllowed as error:
            raise NotAllowed("role_holder", f"{holder}: {error}", account=holder) from None
    check_somebody_left(connection)
    return {
        field: [(before or {}).get(field), after[field]] for field in after if (before or {}).get(field) != after[field]
    }


def delete(connection: Connection, key: str) -> dict[str, Any] | None:
    """A role that nobody holds; what it was, None when there is none. Raises NotAllowed."""
    if key in {own for own, *_ in ROLES}:
        raise NotAllowed("role_house", "the house's own roles stay")
    before = _one(connection, key)
    if connection.execute("SELECT FROM account WHERE %s = ANY (roles) LIMIT 1", (key,)).fetchone():
        raise NotAllowed("role_held", "accounts still hold this role")
    connection.execute("DELETE FROM role WHERE key = %s", (key,))
    return before


def _one(connection: Connection, key: str) -> dict[str, Any] | None:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute("SELECT name, name_en, permissions FROM role WHERE key = %s", (key,)).fetchone()
