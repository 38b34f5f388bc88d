"""Which licences and health certificates expire when: lists to act upon, and how many there are."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

WITHIN = ("month", "30", "60", "expired")
_EVER = date(1, 1, 1)


def today_in(zone: ZoneInfo, now: datetime) -> date:
    """The day by the city's own clocks: papers end at its midnight."""
    return now.astimezone(zone).date()


def days(within: str, today: date) -> tuple[date, date]:
    """The first and last day of expiry that are meant. `month` is the calendar month, with what has expired in it."""
    if within == "month":
        return today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    if within == "expired":
        return _EVER, today - timedelta(days=1)
    return today, today + timedelta(days=int(within))


_PAPERS: dict[str, LiteralString] = {
    "licences": """
        SELECT licence.unit_id, licence.kind, licence.number, NULL::text AS person, NULL::text AS person_name,
               licence.issued_on, licence.expires_on
          FROM licence WHERE licence.expires_on IS NOT NULL
    """,
    "people": """
        SELECT person.unit_id, person.role AS kind, NULL::text AS number, person.id AS person,
               person.name AS person_name, NULL::date AS issued_on, person.health_certificate_expires_on AS expires_on
          FROM person WHERE person.left_on IS NULL AND person.health_certificate_expires_on IS NOT NULL
    """,
}
_MATCH: LiteralString = """
      FROM paper
      JOIN unit ON unit.id = paper.unit_id AND unit.status = 'active'
     WHERE (%(path)s::text IS NULL OR unit.area_path = %(path)s OR starts_with(unit.area_path, %(path)s || '/'))
       AND (%(type)s::text IS NULL OR unit.business_type = %(type)s)
       AND (%(kind)s::text IS NULL OR paper.kind = %(kind)s)
       AND (%(q)s::text IS NULL OR strpos(lower(concat_ws(' ', unit.name, unit.name_en, unit.id, paper.number)),
                                          lower(%(q)s)) > 0)
"""
_ORDERS: dict[str, LiteralString] = {
    "expires": "paper.expires_on", "unit": "unit.name", "type": "unit.business_type", "kind": "paper.kind",
    "area": "unit.area_path", "issued": "paper.issued_on", "number": "paper.number",
}  # fmt: skip
ORDERS = tuple(_ORDERS)


def papers(
    connection: Connection, what: str, within: str, today: date, *, sort: str = "expires", down: bool = False,
    limit: int | None = 100, offset: int = 0, **filters: str | None,
) -> list[Row]:  # fmt: skip
    """`what`: licences or people. Filters: path (of an area), type, kind, q (part of a name, an id or a number)."""
    first, last = days(within, today)
    order = _ORDERS[sort]
    direction: LiteralString = "DESC" if down else "ASC"
    query = f"""
        WITH paper AS ({_PAPERS[what]})
        SELECT paper.*, paper.expires_on - %(today)s::date AS days, unit.name, unit.name_en, unit.business_type,
               jsonb_build_object('id', banner.id, 'zh', banner.name, 'en', banner.name_en) AS banner,
               jsonb_build_object('id', street.id, 'zh', street.name, 'en', street.name_en) AS street
          FROM (SELECT paper.* {_MATCH} AND paper.expires_on BETWEEN %(first)s AND %(last)s
                 ORDER BY {order} {direction} NULLS LAST, paper.expires_on, unit.name, unit.id, paper.kind
                 LIMIT %(limit)s OFFSET %(offset)s) paper
          JOIN unit ON unit.id = paper.unit_id
          JOIN area banner ON banner.id = unit.banner_id
          JOIN area street ON street.id = unit.street_id
         ORDER BY {order} {direction} NULLS LAST, paper.expires_on, unit.name, unit.id, paper.kind
    """  # noqa: S608 (texts of ours)
    values = _values(filters) | {"first": first, "last": last, "today": today, "limit": limit, "offset": offset}
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def counts(connection: Connection, what: str, today: date, **filters: str | None) -> dict[str, dict[str, int]]:
    """How many papers, and of how many units, each choice of `within` finds."""
    spans = {name: days(name, today) for name in WITHIN}
    parts = ", ".join(
        f"count(*) FILTER (WHERE {span}), count(DISTINCT unit_id) FILTER (WHERE {span})"
        for span in (f"expires_on BETWEEN %(first_{name})s AND %(last_{name})s" for name in WITHIN)
    )
    last = max(last for _, last in spans.values())
    query = f"""
        WITH paper AS ({_PAPERS[what]}), matching AS (
            SELECT paper.unit_id, paper.expires_on {_MATCH} AND paper.expires_on <= %(last)s)
        SELECT {parts} FROM matching
    """  # noqa: S608 (texts of ours)
    values: Row = _values(filters) | {"last": last}
    for name, (first, until) in spans.items():
        values |= {f"first_{name}": first, f"last_{name}": until}
    row = connection.execute(query.encode(), values).fetchone()
    found = list(row or [0] * 2 * len(WITHIN))
    return {name: {"papers": found[2 * n], "units": found[2 * n + 1]} for n, name in enumerate(WITHIN)}


def _values(filters: dict[str, str | None]) -> Row:
    return {"path": None, "type": None, "kind": None, "q": None, **filters}
