"""The tree of areas as pages need it: names, who lies in whom, and how each stood some time ago."""

from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

AREAS: LiteralString = """
    SELECT id, parent_id AS parent, kind, name, name_en, path, demonstration FROM area ORDER BY path
"""
# What was written down last before the moment, at most an hour earlier (records/trend.py writes every ten minutes).
BEFORE: LiteralString = """
    SELECT area_id, index_mean FROM city_trend
     WHERE at = (SELECT max(at) FROM city_trend WHERE at <= %(then)s AND at > %(then)s - interval '1 hour')
"""
AGO = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def areas(connection: Connection) -> list[Row]:
    """Every area that is seen, each after the one that it lies in."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(AREAS).fetchall()


def before(connection: Connection, now: datetime) -> dict[str, dict[str, float]]:
    """The index of areas an hour and a day ago, where it is known."""
    found: dict[str, dict[str, float]] = {}
    for name, ago in AGO.items():
        for area, index in connection.execute(BEFORE, {"then": now - ago}):
            if index is not None:
                found.setdefault(area, {})[name] = round(index, 1)
    return found
