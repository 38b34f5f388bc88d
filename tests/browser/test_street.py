"""The public page of a demonstration street as somebody passing by sees it."""

from datetime import UTC, datetime

import pytest

from bench import town
from streaming.events import IndexChanged

pytestmark = pytest.mark.browser


@pytest.fixture
def streets(database):
    city = town.register(database, 1500, cameras=False)
    now = datetime.now(UTC)
    town.tell(database, town.indices(city, now) + town.mixed_alarms(city, now, 30))
    return city


def units_of(city, street):
    return [unit.id for unit in city.units if unit.street_id == street]


def test_a_street_shows_its_units_with_a_grade_and_follows_a_change(serve, visit, streets, database):
    street = next(area for area in streets.areas if area.demonstration and units_of(streets, area.id))
    units = units_of(streets, street.id)
    seen = visit(f"{serve('street').url}/?street={street.id}", 1080, 1920)
    page = seen.page
    page.wait_for_function(f"() => document.querySelectorAll('#units li .letter:not(.ring)').length === {len(units)}")
    assert page.text_content("#street-name") == street.name
    change = IndexChanged(
        unit=units[0], at=datetime.now(UTC), total=43.2, colour="red", grade="very_poor", coverage=0.9, dimensions={}
    )
    town.tell(database, [change])
    page.wait_for_selector(f'[data-unit="{units[0]}"] .letter.octagon')
    assert page.text_content(f'[data-unit="{units[0]}"]').endswith("43.2")
    assert seen.complaints == []


def test_passers_by_are_told_nothing_of_alarms_or_of_other_streets(serve, visit, streets):
    server = serve("street")
    page = visit(server.url).page
    page.wait_for_selector("#units li")
    page.wait_for_function("() => window.sunshine.street()?.state.units.size > 0")
    assert page.evaluate("() => window.sunshine.street().state.alarms.size") == 0
    quiet = next(area for area in streets.areas if area.kind == "street" and not area.demonstration)
    assert server.get(f"/streets/{quiet.id}/units.json") == b"[]"


def test_without_streets_the_screen_says_so(serve, visit):
    page = visit(serve("street").url).page
    page.wait_for_function("() => document.getElementById('units-empty').textContent.includes('还没有登记示范街区')")
