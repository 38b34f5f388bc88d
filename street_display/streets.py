"""The demonstration streets and who stands in them: what a passer-by may know, nothing of persons."""

from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

STREETS = """
    SELECT street.id, street.name, street.name_en, banner.name AS banner, banner.name_en AS banner_en,
           (SELECT count(*) FROM unit WHERE unit.street_id = street.id AND unit.status = 'active') AS units
      FROM area street JOIN area banner ON banner.id = street.parent_id
     WHERE street.kind = 'street' AND street.demonstration
     ORDER BY street.id
"""
UNITS = """
    SELECT unit.id, unit.name, unit.name_en, unit.business_type
      FROM unit JOIN area street ON street.id = unit.street_id AND street.demonstration
     WHERE street.id = %s AND unit.status = 'active'
     ORDER BY unit.name, unit.id
"""


def streets(connection: Connection) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(STREETS).fetchall()


def units(connection: Connection, street: str) -> list[dict[str, Any]]:
    """Units of a demonstration street; of any other street nothing is said here."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(UNITS, (street,)).fetchall()
