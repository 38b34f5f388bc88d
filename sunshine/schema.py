"""The database as every house begins: its schema, and the roles that people are given."""

from psycopg import connect

from records.accounts.store import Accounts
from streaming.database import migrate


def prepare(database: str) -> list[str]:
    """Brings the schema up to date; answers with what was applied. Roles that are there stay as they are."""
    applied = migrate(database)
    with connect(database) as connection:
        Accounts(connection).seed_roles()
    return applied
