"""How the city stood is written down once for ten minutes, and only shown to those who see all of the area."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bench import town
from records import lists, trend
from streaming.database import open_viewers, seeing
from streaming.grid import Grid

NOW = datetime(2026, 5, 4, 8, 7, tzinfo=UTC)


@pytest.fixture
def city(database):
    """Each unit had an index of 80 for two days and has 90 since three hours."""
    city = town.register(database, 300, cameras=False)
    with psycopg.connect(database) as connection:
        for hours, total in ((51, 80), (3, 90)):
            connection.execute(
                "INSERT INTO unit_index SELECT id, %s, %s, 'green', 'good', 0.9, '{}' FROM unit",
                (NOW - timedelta(hours=hours), total),
            )
        connection.execute(
            """INSERT INTO unit_state SELECT id, 90, 'green', 'good', 0.9, '{"fire": 97, "public": null}', 0, NULL, %s
                 FROM unit ON CONFLICT (unit_id) DO UPDATE SET total = 90, coverage = 0.9, colour = 'green',
                                                              dimensions = excluded.dimensions""",
            (NOW,),
        )
    return city


@pytest.fixture
def connection(database):
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def test_ten_minutes_are_written_down_once_and_what_was_known_before_is_filled_in(city, connection):
    assert trend.record(connection, NOW) > 0
    assert trend.record(connection, NOW + timedelta(minutes=2)) == 0
    [root] = connection.execute("SELECT id FROM area WHERE kind = 'city'").fetchone()
    points = trend.points(connection, [root], NOW - timedelta(hours=48), NOW)
    now, before = points[-1], points[:-1]
    assert now["at"] == NOW.replace(minute=0) and now["units"] == 300 and now["indexed"] == len(city.units)
    assert [(row["units"], row["index"]) for row in before] == [(None, 90)]
    assert now["index"] == 90 and now["dimensions"] == {"fire": 97}
    banners = [id for (id,) in connection.execute("SELECT id FROM area WHERE kind = 'banner'")]
    together = trend.points(connection, banners, NOW - timedelta(hours=1), NOW)
    assert together[-1]["units"] == 300
    assert (
        trend.record(connection, NOW + timedelta(minutes=2, seconds=30))
        == 0
        < trend.record(connection, NOW + trend.SLOT)
    )


def test_old_days_keep_their_full_hours(city, connection):
    for minutes in (0, 10):
        trend.record(connection, NOW + timedelta(minutes=minutes))
    trend.forget(connection, NOW + timedelta(days=60))
    kept = {at.minute for (at,) in connection.execute("SELECT at FROM city_trend")}
    assert kept == {0}
    trend.forget(connection, NOW + timedelta(days=1000))
    assert connection.execute("SELECT count(*) FROM city_trend").fetchone() == (0,)


def test_a_person_of_a_banner_sees_its_trend_and_no_other(city, connection, database):
    trend.record(connection, NOW)
    path, banner = connection.execute("SELECT path, id FROM area WHERE kind = 'banner' ORDER BY id LIMIT 1").fetchone()
    with open_viewers(database, size=1) as pool:
        with seeing(pool, Grid(areas=(path,))) as seen:
            areas = {area for (area,) in seen.execute("SELECT DISTINCT area_id FROM city_trend")}
        with seeing(pool, Grid(areas=(path,), types=("school",))) as seen:
            assert seen.execute("SELECT count(*) FROM city_trend").fetchone() == (0,)
    assert banner in areas and all(area.startswith(banner) for area in areas)


def test_no_red_unit_is_on_the_red_list_and_both_hold_a_twentieth(city, connection):
    connection.execute(
        "UPDATE unit SET business_type = 'small', banner_id = (SELECT min(id) FROM area WHERE kind = 'banner')"
    )
    connection.execute("UPDATE unit_state SET coverage = 0.9, total = 90, colour = 'green'")
    best, *_, last = sorted(unit.id for unit in city.units)
    connection.execute("UPDATE unit_state SET total = 99, colour = 'red' WHERE unit_id = %s", (best,))
    connection.execute("UPDATE unit_state SET total = 12 WHERE unit_id = %s", (last,))
    proposed = lists.proposed(connection)
    assert len(proposed["red"]) == len(proposed["black"]) == len(city.units) * 0.05
    assert best not in {row["unit"] for row in proposed["red"]}
    assert proposed["black"][0]["unit"] == last
