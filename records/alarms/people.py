"""Who may handle alarms: those an alarm can be given to."""

from typing import LiteralString

from psycopg import Connection

from records.alarms.deeds import Person
from streaming.grid import Grid

_PEOPLE: LiteralString = """
    SELECT account.id, account.name,
           ARRAY(SELECT area.path FROM area WHERE area.id = ANY (account.areas)
                 UNION SELECT '*' WHERE '*' = ANY (account.areas)),
           account.types, account.units
      FROM account
     WHERE account.disabled_at IS NULL
       AND EXISTS (SELECT FROM role WHERE role.key = ANY (account.roles) AND 'alarms' = ANY (role.permissions))
     ORDER BY account.name, account.id
"""


def people(connection: Connection) -> list[Person]:
    """Asked as the service itself: a person's own role may not read accounts."""
    return [
        Person(id, name, Grid(tuple(areas), tuple(types), tuple(units)))
        for id, name, areas, types, units in connection.execute(_PEOPLE)
    ]
