"""The red and the black list: the best and the last of each type of business in each banner.

Until somebody has reviewed them they are proposals. Everybody sees the same lists, each the units of their own part.
"""

from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

SHARE = 0.05  # of a type of business in a banner; of fewer than twenty nobody stands out
COVERAGE = 0.6

# A red unit is on no red list, whatever its total: a fact of the first level is open.
_PROPOSED = """
    WITH ranked AS (
        SELECT unit.id, unit.banner_id, unit.business_type, state.total, state.colour,
               count(*) OVER kind AS all_of_kind,
               row_number() OVER (kind ORDER BY state.colour = 'red', state.total DESC, state.coverage DESC, unit.id)
                   AS best,
               row_number() OVER (kind ORDER BY state.total, state.coverage, unit.id DESC) AS last
          FROM unit JOIN unit_state state ON state.unit_id = unit.id
         WHERE unit.status = 'active' AND state.total IS NOT NULL AND state.coverage >= %(coverage)s
        WINDOW kind AS (PARTITION BY unit.banner_id, unit.business_type))
    SELECT id AS unit, banner_id AS banner, business_type AS type, round(total::numeric, 1)::float8 AS index, colour,
           CASE WHEN best <= floor(all_of_kind * %(share)s) AND colour <> 'red' THEN 'red' ELSE 'black' END AS list
      FROM ranked
     WHERE best <= floor(all_of_kind * %(share)s) AND colour <> 'red' OR last <= floor(all_of_kind * %(share)s)
     ORDER BY total, id
"""


def proposed(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """`red` with the best first, `black` with the last first. Ask on a connection that sees the whole city."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_PROPOSED, {"share": SHARE, "coverage": COVERAGE}).fetchall()
    lists: dict[str, list[dict[str, Any]]] = {"red": [], "black": []}
    for row in rows:
        lists[row.pop("list")].append(row)
    lists["red"].reverse()
    return lists
