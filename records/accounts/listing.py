"""Accounts as an administrator sees them: those that lie in the administrator's own grid."""

from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from records.accounts.authority import WITHIN, grid_values
from records.accounts.model import VALID, Viewer

FIELDS = """
    id, name, roles, types, units, phone, remark, must_change, locked_until, failures, created_at, created_by,
    signed_in_at, disabled_at, password_set_at, password_hash IS NOT NULL AS has_password,
    subject IS NOT NULL AS signs_in_elsewhere,
    CASE WHEN disabled_at IS NOT NULL THEN 'disabled' WHEN locked_until > %(now)s THEN 'locked'
         WHEN password_hash IS NULL AND subject IS NULL THEN 'no_password'
         WHEN must_change OR password_set_at < %(now)s - %(valid)s THEN 'must_change'
         WHEN signed_in_at IS NULL THEN 'never' ELSE 'active' END AS state,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', given, 'name', area.name, 'name_en', area.name_en)), '[]')
       FROM unnest(areas) AS given LEFT JOIN area ON area.id = given) AS areas,
    (SELECT count(*) FROM session WHERE account_id = account.id AND expires_at > %(now)s) AS sessions
"""
MATCHING = f"""
      FROM (SELECT account.areas AS area_ids, {FIELDS} FROM account WHERE {WITHIN}) AS account
     WHERE (%(role)s = '' OR %(role)s = ANY (roles)) AND (%(state)s = '' OR state = %(state)s)
       AND (%(area)s = '' OR %(area)s = ANY (area_ids))
       AND (%(text)s = '' OR id ILIKE %(like)s OR name ILIKE %(like)s OR phone ILIKE %(like)s OR remark ILIKE %(like)s)
"""  # noqa: S608  our own text
PAGE = f"SELECT * {MATCHING} ORDER BY disabled_at IS NOT NULL, id OFFSET %(offset)s LIMIT %(limit)s"
COUNT = f"SELECT count(*) {MATCHING}"
ONE = f"SELECT {FIELDS} FROM account WHERE id = %(id)s AND {WITHIN}"  # noqa: S608  our own text
STATES = ("active", "never", "must_change", "locked", "no_password", "disabled")


def accounts(
    connection: Connection,
    viewer: Viewer,
    now: datetime,
    *,
    text: str = "",
    role: str = "",
    area: str = "",
    state: str = "",
    offset: int = 0,
    limit: int = 50,
) -> dict[str, Any]:
    """A page of them and how many there are."""
    plain = text.strip().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    values = {**grid_values(viewer), "now": now, "valid": VALID, "text": plain, "like": f"%{plain}%", "role": role}
    values |= {"area": area, "state": state, "offset": offset, "limit": limit}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(PAGE, values).fetchall()
        total = cursor.execute(COUNT, values).fetchone()
    return {"total": total["count"] if total else 0, "accounts": [_shown(row) for row in rows]}


def one(connection: Connection, viewer: Viewer, id: str, now: datetime) -> dict[str, Any] | None:
    values = {**grid_values(viewer), "now": now, "valid": VALID, "id": id}
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(ONE, values).fetchone()
        if row is None:
            return None
        row["unit_names"] = cursor.execute(
            "SELECT id, name, name_en FROM unit WHERE id = ANY (%s) ORDER BY id", (row["units"],)
        ).fetchall()
    return _shown(row)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    row.pop("area_ids", None)
    return row
