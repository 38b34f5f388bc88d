"""How a unit's index moved: a line to look at, and each step with the facts behind it."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

SPANS = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
POINTS = 240  # more than a line on a page can show

# Of each slice of time the lowest and the last value: a short fall stays visible.
LINE: LiteralString = """
    WITH told AS (
        SELECT at, total, colour, date_bin(%(slice)s, at, %(since)s) AS slice
          FROM unit_index WHERE unit_id = %(unit)s AND at >= %(since)s AND at <= %(until)s
    ), ranked AS (
        SELECT at, total, colour, row_number() OVER (PARTITION BY slice ORDER BY at DESC) AS newest,
               row_number() OVER (PARTITION BY slice ORDER BY total NULLS LAST, at) AS lowest
          FROM told
    ), before AS (
        SELECT at, total, colour FROM unit_index
         WHERE unit_id = %(unit)s AND at < %(since)s ORDER BY at DESC LIMIT 1
    )
    SELECT greatest(at, %(since)s) AS at, total, colour FROM before
    UNION ALL
    SELECT at, total, colour FROM ranked WHERE newest = 1 OR lowest = 1
     ORDER BY at
"""
STEPS: LiteralString = """
    WITH told AS (
        SELECT at, total, colour, coverage, result -> 'previous' AS previous, result -> 'moved' AS moved,
               result -> 'reasons' AS reasons
          FROM unit_index
         WHERE unit_id = %(unit)s AND (%(before)s::timestamptz IS NULL OR at < %(before)s)
         ORDER BY at DESC LIMIT %(limit)s + 1
    )
    SELECT told.*, lead(told.colour) OVER (ORDER BY told.at DESC) AS colour_before,
           lead(told.total) OVER (ORDER BY told.at DESC) AS total_before,
           (SELECT body -> 'because' FROM fact
             WHERE fact.unit_id = %(unit)s AND fact.at = told.at AND kind = 'index_changed' LIMIT 1) AS because
      FROM told ORDER BY at DESC LIMIT %(limit)s
"""
FACTS: LiteralString = """
    SELECT id, kind, at, device_id, body FROM fact WHERE id = ANY (%s) AND unit_id = %s
"""


def line(connection: Connection, unit: str, span: str, now: datetime) -> list[Row]:
    """The index over 24h, 7d or 30d; the first point is the value that the span began with."""
    length = SPANS[span]
    values = {"unit": unit, "since": now - length, "until": now, "slice": length / POINTS}
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(LINE, values).fetchall()


def steps(connection: Connection, unit: str, before: datetime | None, limit: int = 12) -> Row:
    """The newest steps (told before `before`), and the facts they name by id. Readings are named by device and time."""
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(STEPS, {"unit": unit, "before": before, "limit": limit + 1}).fetchall()
        rows = found[:limit]
        ids = {id for row in rows for id in _named(row)}
        facts = cursor.execute(FACTS, (list(ids), unit)).fetchall() if ids else []
    return {"steps": rows, "facts": {fact["id"]: fact for fact in facts}, "more": len(found) > limit}


def _named(row: Row) -> list[str]:
    return [*(row["because"] or ()), *(id for move in row["moved"] or () for id in move.get("facts", ()))]
