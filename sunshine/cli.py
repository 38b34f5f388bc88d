"""The command line. Each command loads only the room it opens, so that `sunshine --help` answers at once."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sunshine import accounts

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
db = typer.Typer(no_args_is_help=True, help="The database: schema and a shell.")
rules = typer.Typer(no_args_is_help=True, help="Rule rows: limits, dwell times, weights.")
app.add_typer(db, name="db")
app.add_typer(rules, name="rules")
app.add_typer(accounts.app, name="account")

WATCHES_SCREENS = ("web", "street")


def main() -> None:
    """The program `sunshine`."""
    if len(sys.argv) > 1 and sys.argv[1] in WATCHES_SCREENS:
        from streaming.settings import load

        if load().async_mode == "gevent":
            # Before anything else opens a socket or starts a thread.
            from gevent import monkey

            monkey.patch_all()
    app()


@app.callback()
def sunshine() -> None:
    """Sunshine Command Center: real-time food-safety supervision for a city's kitchens."""


# --- the house ------------------------------------------------------------------------------------------------


@app.command()
def up(demo: Annotated[bool, typer.Option(help="Also run the simulated city.")] = False) -> None:
    """Run the whole product in the foreground: embedded database and broker, then every process of the Procfile."""
    from streaming.settings import load
    from sunshine.up import up as run

    run(load(), demo)


@app.command()
def doctor() -> None:
    """Say what is missing on this machine and how to get it."""
    from streaming.settings import load
    from sunshine.doctor import examine, report

    findings = examine(load())
    typer.echo(report(findings))
    raise typer.Exit(0 if all(finding.good or not finding.needed for finding in findings) else 1)


# --- processes ------------------------------------------------------------------------------------------------


@app.command()
def web() -> None:
    """The command center's pages and live frames."""
    from command_center.web import run

    _run(run, "web")


@app.command()
def street() -> None:
    """The public screens and their live frames."""
    from street_display.screens import run

    _run(run, "street")


@app.command()
def api() -> None:
    """The HTTP API for machines."""
    from api.server import run

    _run(run, "api")


@app.command()
def ingest() -> None:
    """Take messages from MQTT and OPC UA, store them, and only then acknowledge them."""
    from streaming.ingest import run

    _run(run, "ingest")


@app.command()
def score() -> None:
    """Judge every fact: alarms, online state, food-safety index."""
    from scoring.worker import run

    _run(run, "score")


@app.command()
def jobs() -> None:
    """The clock: roll-ups, partitions, retention."""
    from records.jobs import run

    _run(run, "jobs")


@app.command()
def video() -> None:
    """The camera gateway (not part of the product yet)."""
    raise typer.BadParameter("the camera gateway is not part of the product yet; nothing was started")


@app.command()
def city(
    export: Annotated[Path | None, typer.Option(help="Write the city's registry as CSV files here and stop.")] = None,
) -> None:
    """A believable city that talks to the product as real devices would (MQTT, OPC UA, HTTP)."""
    from sensors.city.run import run as live
    from streaming.health import Health
    from streaming.settings import load

    settings = load()
    if export is not None:
        from sensors.city.registry import export as write

        write(export, settings.city_units, settings.city_seed)
        typer.echo(f"wrote the registry of {settings.city_units:,} units to {export}")
        return
    _prepare("city", settings.log_level)
    Health().serve(settings.bind, settings.city_port)
    live(
        mqtt_url=settings.broker,
        api_url=f"http://127.0.0.1:{settings.api_port}",
        units=settings.city_units,
        seed=settings.city_seed,
        speed=settings.city_speed,
        opcua_port=settings.city_opcua_port,
        data=settings.data,
        timezone=settings.city_timezone,
        api_token=settings.api_token,
    )


# --- work by hand ---------------------------------------------------------------------------------------------


@db.command("migrate")
def db_migrate() -> None:
    """Bring the schema up to date."""
    from streaming.settings import load
    from sunshine.schema import prepare

    applied = prepare(load().database)
    typer.echo("\n".join(f"applied {name}" for name in applied) or "the schema is up to date")


@db.command("shell")
def db_shell(
    command: Annotated[str, typer.Option("--command", "-c", help="Run this SQL and leave.")] = "",
) -> None:
    """Open psql on the database in force."""
    import os

    from streaming.settings import load
    from sunshine.embedded import binaries

    settings = load()
    psql = str(binaries(settings) / "psql")
    os.execv(psql, [psql, settings.database, *(["-c", command] if command else [])])


@app.command("import")
def import_(
    what: Annotated[str, typer.Argument(help="areas, units, devices, licences, people or boundaries")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; for boundaries GeoJSON.", exists=True, dir_okay=False)],
    accept_valid: Annotated[bool, typer.Option(help="Import the good rows even when others are rejected.")] = False,
) -> None:
    """Take a registry file in: every wrong cell is named, and nothing is half imported."""
    from streaming.settings import load
    from sunshine.desk import import_boundaries, import_registry, known_table

    if what == "boundaries":
        raise typer.Exit(import_boundaries(load(), file))
    raise typer.Exit(import_registry(load(), known_table(what), file, accept_valid))


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="areas, units, devices, licences, people or boundaries")],
    file: Annotated[Path, typer.Argument(help="Where to write; .csv or .xlsx, for boundaries .geojson.")],
) -> None:
    """Write a registry table as a file that can be imported again."""
    from streaming.settings import load
    from sunshine.desk import export_boundaries, export_registry, known_table

    if what == "boundaries":
        raise typer.Exit(export_boundaries(load(), file))
    if file.suffix not in (".csv", ".xlsx"):
        raise typer.BadParameter(f"{file.name!r} ends neither in .csv nor in .xlsx")
    raise typer.Exit(export_registry(load(), known_table(what), file))


@rules.command("list")
def rules_list(part: Annotated[str, typer.Argument(help="Only keys that contain this.")] = "") -> None:
    """The rule rows in force."""
    from streaming.settings import load
    from sunshine.desk import list_rules

    raise typer.Exit(list_rules(load(), part))


@rules.command("set")
def rules_set(
    key: Annotated[str, typer.Argument(help="Such as alarm/fridge_temp_humidity/temperature")],
    changes: Annotated[list[str], typer.Argument(help="field=value, such as dwell_seconds=5")],
    why: Annotated[str, typer.Option(help="The reason, kept with the version.")],
    by: Annotated[str, typer.Option(help="Who changes it; unset: the user of this machine.")] = "",
) -> None:
    """Put a new version of a rule row in force."""
    from streaming.settings import load
    from sunshine.desk import set_rule

    raise typer.Exit(set_rule(load(), key, changes, by, why))


@rules.command("reset")
def rules_reset(
    key: str,
    why: Annotated[str, typer.Option(help="The reason, kept with the version.")],
    by: Annotated[str, typer.Option(help="Who changes it; unset: the user of this machine.")] = "",
) -> None:
    """Put the shipped version of a rule row back in force."""
    from streaming.settings import load
    from sunshine.desk import reset_rule

    raise typer.Exit(reset_rule(load(), key, by, why))


_TIMES = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


@app.command()
def replay(
    since: Annotated[datetime, typer.Argument(help="Local time of the city, or with an offset.", formats=_TIMES)],
    until: Annotated[datetime | None, typer.Argument(help="Unset: only the one second.", formats=_TIMES)] = None,
    step: Annotated[float, typer.Option(help="Seconds between two lines.", min=0.1)] = 60.0,
) -> None:
    """The city's key figures as they were known at a past second, or at every step of a period (JSON lines)."""
    from streaming.settings import load
    from sunshine.desk import show_past

    raise typer.Exit(show_past(load(), since, until, step))


@app.command()
def bench(only: Annotated[str, typer.Option(help="Name of one benchmark, such as ingest.")] = "") -> None:
    """Run the benchmarks and print one table: figure, unit, the limit or peer measured in the same run, ratio."""
    from bench.table import run

    raise typer.Exit(run(only))


def _run(entry, name: str) -> None:
    from streaming.settings import load

    settings = load()
    _prepare(name, settings.log_level)
    entry(settings)


def _prepare(name: str, level: str) -> None:
    import logging

    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("asyncua").setLevel(logging.ERROR)  # our own source says what happens to a connection
    for chatty in ("gmqtt", "engineio", "socketio", "yoyo", "werkzeug", "geventwebsocket"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


if __name__ == "__main__":
    main()
