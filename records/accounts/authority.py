"""Who may give what to whom (SEC-02): nobody above their own level, nobody to themselves, and never the last one out.

- An account may be kept by whoever has the permission `accounts`, if all it sees lies in the keeper's own grid.
- Roles: only those whose permissions the keeper has, unless the keeper also holds `roles`.
- The special permissions (`accounts`, `roles`, `audit`) are given with a reason, which the audit log keeps.
- Who administers does not read the audit log, and who reads it does not administer.
- Nobody changes their own roles, grid or state.
- Somebody with `accounts` and `roles`, and the whole city, is always left.
"""

from typing import Any

from psycopg import Connection

from records.accounts.model import SPECIAL, Viewer

# The account lies in the grid of %(…)s: each of its areas, its types, each of its units.
WITHIN = """
    (NOT EXISTS (SELECT FROM unnest(account.areas) AS given LEFT JOIN area ON area.id = given
                  WHERE NOT %(every_area)s
                    AND (area.path IS NULL OR NOT area.path || '/' LIKE ANY (%(patterns)s::text[])))
     AND (account.areas = '{}' OR %(types)s::text[] = '{}'
          OR (account.types <> '{}' AND account.types <@ %(types)s::text[]))
     AND NOT EXISTS (SELECT FROM unnest(account.units) AS given LEFT JOIN unit ON unit.id = given
                      WHERE NOT %(whole)s AND NOT coalesce(unit.id = ANY (%(units)s::text[])
                            OR (unit.area_path || '/' LIKE ANY (%(patterns)s::text[])
                                AND (%(types)s::text[] = '{}'
                                     OR unit.business_type = ANY (%(types)s::text[]))), false)))
"""
PERMISSIONS = "SELECT DISTINCT unnest(permissions) FROM role WHERE key = ANY (%s)"
KEPT = f"SELECT {WITHIN}, roles FROM account WHERE id = %(id)s"  # noqa: S608  our own text
KEEPERS = """
    SELECT count(*) FROM account
     WHERE disabled_at IS NULL AND '*' = ANY (areas) AND types = '{}'
       AND (SELECT array_agg(permission) FROM role, unnest(permissions) AS permission WHERE key = ANY (account.roles))
           @> ARRAY['accounts', 'roles']
"""


class NotAllowed(ValueError):
    """A sentence for the person; `code` and `values` are for pages that say it in another language."""

    def __init__(self, code: str, sentence: str, **values: str):
        super().__init__(sentence)
        self.code, self.values = code, values


def grid_values(viewer: Viewer) -> dict[str, Any]:
    """What WITHIN asks with."""
    every_area = any("/" not in path for path in viewer.grid.areas)
    patterns = ["%"] if every_area else [f"{_literal(path)}/%" for path in viewer.grid.areas]
    return {
        "whole": viewer.grid.whole,
        "every_area": every_area,
        "patterns": patterns,
        "types": list(viewer.grid.types),
        "units": list(viewer.grid.units),
    }


def check_account(connection: Connection, viewer: Viewer, id: str) -> None:
    """May this person keep this account, as it stands now? Asked before a change and once more after it."""
    values = grid_values(viewer) | {"id": id}
    row = connection.execute(KEPT, values).fetchone()
    if row is None or not row[0]:
        raise NotAllowed("beyond_grid", "this account sees more than you do")
    check_roles(connection, viewer, row[1])


def check_roles(connection: Connection, viewer: Viewer, roles: list[str]) -> set[str]:
    """May this person give these roles? Answers with the permissions they give."""
    given = permissions_of(connection, roles)
    beyond = given - viewer.permissions
    if beyond and not viewer.may("roles"):
        raise NotAllowed("beyond_permissions", f"you cannot give what you do not have: {', '.join(sorted(beyond))}")
    check_apart(given)
    return given


def permissions_of(connection: Connection, roles: list[str]) -> set[str]:
    return {row[0] for row in connection.execute(PERMISSIONS, (roles,)).fetchall()}


def check_apart(given: set[str]) -> None:
    if "audit" in given and given & {"accounts", "roles"}:
        raise NotAllowed("apart", "who administers accounts or roles cannot read the audit log as well")


def check_reason(before: set[str], after: set[str], why: str) -> None:
    if (after - before) & SPECIAL and not why.strip():
        raise NotAllowed("reason", "special permissions are given with a reason only")


def check_other(viewer: Viewer, id: str) -> None:
    if viewer.account == id:
        raise NotAllowed("self", "nobody changes their own roles, grid or state")


def check_somebody_left(connection: Connection) -> None:
    """Asked after a deed. Two deeds at once wait for each other, or each would count on the other's administrator."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('sunshine administrators'))")
    row = connection.execute(KEEPERS).fetchone()
    if not row or not row[0]:
        raise NotAllowed("last", "somebody who administers accounts and roles of the whole city must be left")


def can_sign_in(connection: Connection) -> bool:
    """Is there any account that somebody could sign in with?"""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM account WHERE disabled_at IS NULL AND roles <> '{}' "
        "AND (password_hash IS NOT NULL OR subject IS NOT NULL))"
    ).fetchone()
    return bool(row and row[0])


def _literal(path: str) -> str:
    return path.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
