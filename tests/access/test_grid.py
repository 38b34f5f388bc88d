"""What a grid holds is told by the program (live frames) and by the database (everything else): they must agree."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from bench import town
from records.city import figures
from streaming.database import open_viewers, seeing
from streaming.events import DeviceWentOffline, UnitClosed
from streaming.grid import EVERYTHING, NOTHING, Grid
from tests.conftest import admin_url, database_url
from twin.history import state_at
from twin.kpi import kpi
from twin.part import Part
from twin.scope import Scope, in_grid, sees_area
from twin.state import City

NOW = datetime.now(UTC)
ZONE = ZoneInfo("Asia/Shanghai")
SAME = (
    "units", "units_by_colour", "devices", "devices_online", "cameras", "cameras_online", "online_rate", "alarms_open",
    "index_mean", "areas",
)  # fmt: skip


@pytest.fixture(scope="module")
def judged(server) -> Iterator[tuple[City, ConnectionPool]]:
    """A city of 300 units as the twin knows it and as the judges wrote it down."""
    name = "test_grid"
    with psycopg.connect(admin_url(server), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template_sunshine")
    database = database_url(server, name)
    small = town.register(database, 300)
    silent = [DeviceWentOffline(unit=one.unit_id, at=NOW, device=one.id) for one in small.devices[::17]]
    shut = UnitClosed(unit=small.units[7].id, at=NOW)
    told = [*town.indices(small, NOW), *town.presence(small, NOW), *silent, *town.mixed_alarms(small, NOW, 90), shut]
    town.tell(database, told)
    city = state_at(database, NOW + timedelta(hours=1))
    with psycopg.connect(database, autocommit=True) as connection:
        _write_down(connection, city)
    viewers = open_viewers(database, size=1, timezone=ZONE.key)
    yield city, viewers
    viewers.close()
    with psycopg.connect(admin_url(server), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _write_down(connection: psycopg.Connection, city: City) -> None:
    for unit in city.units.values():
        if not unit.listed:
            connection.execute("UPDATE unit SET status = 'closed' WHERE id = %s", (unit.id,))
            connection.execute("UPDATE device SET removed_at = now() WHERE unit_id = %s", (unit.id,))
            continue
        connection.execute(
            "INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, open_alarms, as_of)"
            " VALUES (%s, %s, %s, 'good', 0.8, '{}', 0, now())",
            (unit.id, unit.total, unit.colour),
        )
        for device in city.devices_of(unit.id):
            if device.online is not None:
                connection.execute(
                    "INSERT INTO device_state (device_id, unit_id, online, readings) VALUES (%s, %s, %s, %s)",
                    (device.id, unit.id, device.online, Jsonb({})),
                )
        for alarm in unit.alarms.values():
            connection.execute(
                "INSERT INTO incident (id, cause, unit_id, level, opened_at) VALUES (%s, 'device', %s, %s, now())",
                (alarm.incident, unit.id, alarm.level),
            )
            connection.execute(
                "INSERT INTO alarm (id, rule, incident_id, unit_id, area_path, level, state, since, raised_at, reason)"
                " VALUES (%s, %s, %s, %s, '', %s, 'open', now(), now(), 'x')",
                (alarm.id, alarm.rule, alarm.incident, unit.id, alarm.level),
            )


def grids(city: City, count: int) -> list[Grid]:
    """Grids of all kinds: one area or several, one within another, with types, with single units, of nothing known."""
    chance = Random(20241)
    paths = [_path(city, area) for area in sorted(city.areas)]
    types = sorted({unit.business_type for unit in city.units.values()})
    units = sorted(city.units)
    found = [EVERYTHING, NOTHING, Grid(("*",), ("school",)), Grid(("ordos",), ("school", "small")), Grid(("no/where",))]
    found += [
        Grid(
            tuple(chance.sample(paths, chance.choice((0, 1, 1, 2, 4)))),
            tuple(chance.sample(types, chance.choice((0, 0, 1, 3)))),
            tuple(chance.sample(units, chance.choice((0, 0, 1, 3)))),
        )
        for _ in range(count)
    ]
    return found


def _path(city: City, area: str) -> str:
    known = city.areas[area]
    return f"{_path(city, known.parent)}/{area}" if known.parent else area


def test_the_program_and_the_policies_hold_the_same_units_and_areas(judged):
    city, viewers = judged
    for grid in grids(city, 60):
        with seeing(viewers, grid) as connection:
            units = {id for (id,) in connection.execute("SELECT id FROM unit")}
            areas = {id for (id,) in connection.execute("SELECT id FROM area")}
        assert units == {unit.id for unit in city.units.values() if grid.whole or in_grid(unit, grid)}, grid
        assert areas == {area for area in city.areas if sees_area(city, grid, area)}, grid


def test_the_figures_of_live_frames_and_of_the_database_are_the_same(judged):
    city, viewers = judged
    for grid in grids(city, 30):
        scope = Scope("city", grid=grid)
        strip = kpi(city, NOW.astimezone(ZONE).date(), scope, Part(scope, city).tallies(city, ()))
        with seeing(viewers, grid) as connection:
            asked = figures(connection, NOW)
        assert rounded({name: strip[name] for name in SAME}) == rounded({name: asked[name] for name in SAME}), grid


def rounded(value: Any) -> Any:
    """Means of tenths may be rounded up by one and down by the other."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return pytest.approx(value, abs=0.101) if isinstance(value, float) and value > 1 else value


def test_a_grid_of_nothing_finds_no_row_in_any_table_of_the_city(judged):
    _, viewers = judged
    tables = (
        "area", "unit", "device", "device_alias", "licence", "person", "device_state", "device_presence", "incident",
        "alarm", "unit_state", "unit_index", "fact",
    )  # fmt: skip
    with seeing(viewers, NOTHING) as connection:
        for table in tables:
            assert connection.execute(f"SELECT FROM {table} LIMIT 1".encode()).fetchone() is None, table


def test_a_viewer_may_read_nothing_of_people_who_sign_in_and_write_nothing_at_all(judged):
    _, viewers = judged
    for statement in (
        "SELECT FROM account", "SELECT FROM session", "SELECT FROM audit", "SELECT FROM quarantine", "SELECT FROM log",
        "UPDATE unit SET name = ''", "DELETE FROM fact", "INSERT INTO area (id) VALUES ('x')",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), seeing(viewers, EVERYTHING) as connection:
            connection.execute(statement.encode())


def test_readings_are_only_asked_for_by_way_of_a_device(judged):
    """They have no policy of their own (on billions of rows it would cost what their index saves), so a question
    without a device would find those of everybody. The number of a device is known only from the table `device`."""
    root = Path(__file__).parents[2]
    asked = re.compile(r"(?:FROM|JOIN)\s+(reading|reading_late|reading_\{?\w+\}?|rollup_\w+)\b")
    for folder in ("api", "command_center", "records"):
        for path in sorted((root / folder).rglob("*.py")):
            for text in re.findall(r'"""(.*?)"""', path.read_text(), re.DOTALL):
                if asked.search(text):
                    assert "device" in text, f"{path}: {text}"
