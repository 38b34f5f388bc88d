"""People who are signed in already, for tests and measurements."""

from datetime import UTC, datetime

import psycopg

from command_center.visits import COOKIE
from records.accounts.actions import create
from records.accounts.demo import PASSWORD
from records.accounts.model import ROLES
from records.accounts.store import Accounts, csrf_of


def signed_in(
    database: str,
    id: str = "somebody",
    *,
    roles: tuple[str, ...] = tuple(key for key, *_ in ROLES if key != "wall"),
    areas: tuple[str, ...] = ("*",),
    types: tuple[str, ...] = (),
    units: tuple[str, ...] = (),
) -> str:
    """The secret of a session of this person, who is made when there is none of that name. "*": the whole city."""
    with psycopg.connect(database) as connection:
        accounts = Accounts(connection)
        accounts.seed_roles()
        if accounts.one(id) is None:
            create(
                connection, id, PASSWORD, datetime.now(UTC), roles=roles, areas=areas, types=types, units=units,
                must_change=False,
            )  # fmt: skip
        account = accounts.one(id)
        assert account
        return accounts.open_session(account, datetime.now(UTC))


def headers(secret: str) -> dict[str, str]:
    """What a browser of that session sends along."""
    return {"Cookie": f"{COOKIE}={secret}", "X-CSRF-Token": csrf_of(secret)}


def cookie(secret: str, url: str) -> dict[str, str]:
    """For a browser's context: `context.add_cookies([cookie(...)])`."""
    return {"name": COOKIE, "value": secret, "url": url}
