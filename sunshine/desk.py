"""Work by hand on the command line: registry files, rule rows, and the city at a past second."""

import getpass
import json
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import psycopg
import typer

from records.areas import boundaries
from records.exchange import ROOMS, export_file, import_table
from records.sheet import ImportRefused
from records.spreadsheets import UnreadableTable
from scoring.rules.checks import WrongRule
from scoring.rules.store import change, load, reset
from streaming.log import open_log
from streaming.settings import Settings
from twin.history import replay
from twin.kpi import kpi

SHOWN_ROWS = 50


def import_registry(settings: Settings, what: str, path: Path, accept_valid: bool) -> int:
    """Take in one file and say what became of every row. The exit code is 1 when nothing was imported."""
    log = open_log(settings.database)
    with psycopg.connect(settings.database) as connection:
        try:
            report = import_table(connection, what, path.read_bytes(), datetime.now(UTC), log, accept_valid)
        except ImportRefused as refusal:
            _show_rejected(refusal.report.rejected)
            typer.echo(str(refusal))
            return 1
        except (UnreadableTable, OSError) as error:
            typer.echo(f"{path}: {error}")
            return 1
    _show_rejected(report.rejected)
    typer.echo(f"{what}: {report.imported:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged")
    if report.ignored_columns:
        typer.echo(f"columns that mean nothing here: {', '.join(report.ignored_columns)}")
    return 0


def import_boundaries(settings: Settings, path: Path) -> int:
    """Take in boundaries of areas; the exit code is 1 when nothing was imported."""
    with psycopg.connect(settings.database) as connection:
        try:
            made = boundaries.plan(connection, boundaries.read(path.read_bytes()))
            boundaries.save(connection, made)
        except boundaries.BoundariesRefused as refusal:
            for one in refusal.mistakes[:SHOWN_ROWS]:
                typer.echo(f"{one.feature}: {one.field} {one.value!r}: {one.reason}")
            typer.echo(str(refusal))
            return 1
    for hint in made.hints:
        typer.echo(f"note: {hint}")
    typer.echo(f"boundaries: {len(made.areas):,} changed, {made.unchanged:,} unchanged")
    return 0


def export_boundaries(settings: Settings, path: Path) -> int:
    """Write all boundaries as GeoJSON."""
    with psycopg.connect(settings.database) as connection:
        found = boundaries.export(connection)
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    typer.echo(f"boundaries: {len(found['features']):,} areas in {path}")
    return 0


def export_registry(settings: Settings, what: str, path: Path) -> int:
    """Write one table as CSV or XLSX, by the ending of the file's name."""
    with psycopg.connect(settings.database) as connection:
        count = export_file(connection, what, path)
    typer.echo(f"{what}: {count:,} rows in {path}")
    return 0


def list_rules(settings: Settings, part: str) -> int:
    with psycopg.connect(settings.database) as connection:
        rules = [rule for rule in load(connection) if part in rule.key]
    for rule in sorted(rules, key=lambda rule: rule.key):
        typer.echo(f"{rule.key} (version {rule.version}): {json.dumps(rule.body, ensure_ascii=False)}")
    return 0 if rules else 1


def set_rule(settings: Settings, key: str, changes: list[str], by: str, why: str) -> int:
    """Change some fields of a rule row: `dwell_seconds=5`. Values are JSON; what is no JSON is taken as text."""
    with psycopg.connect(settings.database) as connection:
        rule = load(connection).get(key)
        body: dict[str, Any] = dict(rule.body) if rule else {}
        try:
            version = change(connection, key, body | dict(map(_pair, changes)), by or getpass.getuser(), why)
        except WrongRule as error:
            typer.echo(str(error))
            return 1
    typer.echo(f"{key}: version {version} is in force")
    return 0


def reset_rule(settings: Settings, key: str, by: str, why: str) -> int:
    with psycopg.connect(settings.database) as connection:
        try:
            version = reset(connection, key, by or getpass.getuser(), why)
        except WrongRule as error:
            typer.echo(str(error))
            return 1
    typer.echo(f"{key}: version {version} is in force, as shipped")
    return 0


def show_past(settings: Settings, since: datetime, until: datetime | None, step: float) -> int:
    """A line a step: the key figures of the city as it was known then."""
    zone = settings.timezone
    since = _in_zone(since, zone)
    until = _in_zone(until, zone) if until else since
    now = datetime.now(UTC)
    if max(since, until) > now:
        raise typer.BadParameter(f"{max(since, until).isoformat()} lies in the future; only what was can be replayed")
    if until < since:
        raise typer.BadParameter(f"the end {until.isoformat()} lies before the beginning {since.isoformat()}")
    for moment, city in replay(settings.database, since, until, timedelta(seconds=step)):
        figures = kpi(city, moment.astimezone(zone).date())
        known = figures.pop("as_of")
        told = {"at": moment.astimezone(zone), "as_of": known and known.astimezone(zone), **figures}
        typer.echo(json.dumps(told, ensure_ascii=False, default=datetime.isoformat))
    return 0


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not of the form field=value")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _show_rejected(rejected: list) -> None:
    for cell in rejected[:SHOWN_ROWS]:
        typer.echo(f"row {cell.row}, {cell.field} {cell.value!r}: {cell.reason}")
    if len(rejected) > SHOWN_ROWS:
        typer.echo(f"... and {len(rejected) - SHOWN_ROWS:,} more")


def known_table(what: str) -> str:
    if what not in ROOMS:
        raise typer.BadParameter(f"{what!r} is none of {', '.join(ROOMS)}")
    return what
