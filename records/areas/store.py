"""Areas in the database."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import class_row

NAMED = """
    SELECT id, parent_id, kind, name, name_en, latitude, longitude, demonstration, boundary, path
      FROM area WHERE id = ANY (%s) ORDER BY path
"""

PAGE = """
    SELECT id, parent_id, kind, name, name_en, latitude, longitude, demonstration, boundary, path
      FROM area
     WHERE path > %(after)s AND (%(kind)s::text IS NULL OR kind = %(kind)s)
       AND (%(within)s::text IS NULL OR path = %(within)s OR starts_with(path, %(within)s || '/'))
     ORDER BY path LIMIT %(limit)s
"""

REPATH = """
    WITH RECURSIVE tree AS (
        SELECT id, id AS path FROM area WHERE parent_id IS NULL
        UNION ALL SELECT area.id, tree.path || '/' || area.id FROM area JOIN tree ON area.parent_id = tree.id
    )
    UPDATE area SET path = tree.path FROM tree WHERE area.id = tree.id AND area.path <> tree.path
"""

# Units keep the path and the banner of their street beside them, for quick filters.
MOVE_UNITS = """
    UPDATE unit SET area_path = street.path, banner_id = banner.id, updated_at = now()
      FROM area street, area banner
     WHERE unit.street_id = street.id
       AND banner.kind = 'banner' AND starts_with(street.path, banner.path || '/')
       AND (unit.area_path, unit.banner_id) IS DISTINCT FROM (street.path, banner.id)
 RETURNING unit.id
"""

EXPORT = """
    SELECT id, parent_id, kind, name, name_en, latitude, longitude, demonstration, boundary::text
      FROM area ORDER BY path
"""


@dataclass(frozen=True)
class Area:
    id: str
    parent_id: str | None
    kind: str
    name: str
    name_en: str
    latitude: float | None
    longitude: float | None
    demonstration: bool
    boundary: dict[str, Any] | None
    path: str


class Areas:
    """Questions about areas."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def named(self, ids: list[str]) -> list[Area]:
        return self._ask(NAMED, (ids,))

    def page(self, after: str, limit: int, kind: str | None = None, within: str | None = None) -> list[Area]:
        """Areas in the order of their paths, so that each comes after the one that it lies in."""
        values = {"after": after, "kind": kind, "within": within, "limit": limit}
        return self._ask(PAGE, values)

    def path(self, area: str) -> str | None:
        """The path of an area, or None when there is no such area."""
        row = self._connection.execute("SELECT path FROM area WHERE id = %s", (area,)).fetchone()
        return row[0] if row else None

    def _ask(self, query: LiteralString, values: Any) -> list[Area]:
        with self._connection.cursor(row_factory=class_row(Area)) as cursor:
            return cursor.execute(query, values).fetchall()
