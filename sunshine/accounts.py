"""Accounts from the command line: the first one, and ways back in when nobody can sign in any more."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="People who sign in: the first account, and ways back in.")
Name = Annotated[str, typer.Argument(help="What the person signs in with.")]


@app.command("create")
def create(
    name: Name,
    role: Annotated[list[str], typer.Option(help="A key such as administrator; may be given several times.")],
    full_name: Annotated[str, typer.Option(help="The person's name; unset: the account's.")] = "",
    area: Annotated[list[str] | None, typer.Option(help="Id of an area; unset: the whole city.")] = None,
) -> None:
    """Make an account and print its one-time password, which is changed at the first sign-in."""
    from records.accounts import actions, authority, passwords
    from records.accounts.store import Accounts

    with _connection() as connection:
        accounts = Accounts(connection)
        accounts.seed_roles()
        if accounts.one(name) is not None:
            raise typer.BadParameter(f"there is an account {name!r} already")
        known = {row[0] for row in connection.execute("SELECT key FROM role").fetchall()}
        if unknown := set(role) - known:
            raise typer.BadParameter(f"no role {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
        found = {
            row[0] for row in connection.execute("SELECT id FROM area WHERE id = ANY (%s)", (area or [],)).fetchall()
        }
        if missing := set(area or ()) - found:
            raise typer.BadParameter(f"no area {', '.join(sorted(missing))}")
        try:
            authority.check_apart(authority.permissions_of(connection, role))
        except authority.NotAllowed as error:
            raise typer.BadParameter(str(error)) from None
        password, grid = passwords.one_time(), tuple(area or ("*",))
        actions.create(
            connection, name, password, datetime.now(UTC), name=full_name, roles=tuple(role), areas=grid, by=_user()
        )
        _record(connection, "account_created", name, roles=role, areas=grid)
    typer.echo(f"{name} can sign in with the one-time password  {password}")


@app.command("reset-password")
def reset_password(name: Name) -> None:
    """Print a new one-time password. Sessions and tokens of the account end; a lock and a stop are lifted."""
    from records.accounts import actions

    with _connection() as connection:
        _there(connection, name)
        password = actions.reset_password(connection, name, datetime.now(UTC))
        actions.enable(connection, name)
        _record(connection, "password_reset", name)
    typer.echo(f"{name} can sign in with the one-time password  {password}")


@app.command("unlock")
def unlock(name: Name) -> None:
    """Lift the lock after too many wrong passwords."""
    from records.accounts import actions

    with _connection() as connection:
        _there(connection, name)
        actions.unlock(connection, name)
        _record(connection, "account_unlocked", name)
    typer.echo(f"{name} is not locked")


@app.command("list")
def list_() -> None:
    """All accounts with roles, grid and state."""
    from records.accounts.listing import accounts
    from records.accounts.model import Viewer
    from streaming.grid import EVERYTHING

    with _connection() as connection:
        machine = Viewer(_user(), "", (), frozenset(), EVERYTHING)
        found = accounts(connection, machine, datetime.now(UTC), limit=100_000)["accounts"]
    for one in found:
        areas = ",".join(area["id"] for area in one["areas"]) or f"{len(one['units'])} units"
        typer.echo(f"{one['id']:<24} {one['state']:<12} {','.join(one['roles']):<28} {areas:<24} {one['name']}")
    typer.echo(f"{len(found)} account(s)")


@app.command("audit-check")
def audit_check(
    seal: Annotated[str, typer.Option(help="A seal noted down earlier: is it still in the log?")] = "",
) -> None:
    """Check that no row of the audit log was changed, taken out or put in, and print its newest seal to note down."""
    from records.accounts.audit_search import check, holds

    with _connection() as connection:
        checked = check(connection)
        lost = bool(seal) and not holds(connection, seal)
    if checked.broken is not None:
        typer.echo(f"row {checked.broken} of the audit log does not fit the row before it")
    if lost:
        typer.echo("the seal is not in the log: its end was cut off since")
    if checked.broken is not None or lost:
        raise typer.Exit(1)
    typer.echo(f"{checked.rows:,} rows are whole; the newest seal is {checked.head or 'none yet'}")


@contextmanager
def _connection() -> Iterator:
    """One transaction on the database in force."""
    import psycopg

    from streaming.settings import load

    try:
        with psycopg.connect(load().database, connect_timeout=5) as connection:
            yield connection
    except psycopg.OperationalError as error:
        typer.echo(f"the database does not answer: {str(error).strip().splitlines()[0]}", err=True)
        raise typer.Exit(1) from None


def _there(connection, name: str) -> None:
    from records.accounts.store import Accounts

    if Accounts(connection).one(name) is None:
        raise typer.BadParameter(f"there is no account {name!r}")


def _record(connection, action: str, name: str, **detail: Any) -> None:
    from records.accounts.audit import record

    record(connection, None, action, "account", name, protocol="command line", user=_user(), **detail)


def _user() -> str:
    """Of this machine: whoever may use the command line is the administrator of the house."""
    try:
        return f"machine:{getpass.getuser()}"
    except (KeyError, OSError):
        return "machine"
