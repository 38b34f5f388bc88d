"""The device page and the list of devices as a person at a desk sees them."""

from datetime import timedelta

import psycopg
import pytest

from bench import town
from streaming.events import ReadingTaken
from tests.browser.test_wall import CLOCK, a_reading, fridge_of, has_text, is_live
from tests.judged_city import an_alarm
from tests.records.test_curves import stored

pytestmark = pytest.mark.browser
CHART = '.device-chart[data-metric="temperature"]'
SHAPES = """([name]) => document.querySelector('.device-chart[data-metric="temperature"] .device-plot')
  .layout.shapes.filter((shape) => shape.name === name).length"""


@pytest.fixture
def fridge(database):
    """A refrigerator with a day behind it: silent for an hour, too warm at the end."""
    city = town.register(database, 60, cameras=False)
    device, now = fridge_of(city), CLOCK()
    town.tell(database, town.presence(city, now))
    ats = [now - timedelta(minutes=5 * n) for n in range(288, 0, -1) if not 100 < n < 112]
    with psycopg.connect(database, autocommit=True) as connection:
        stored(connection, device.id, ats, [4.0 + (i % 10) / 10 for i in range(len(ats))])
        since = now - timedelta(minutes=30)
        an_alarm(connection, "A1", unit_id=device.unit_id, device_id=device.id, since=since, raised_at=since)
        connection.execute("UPDATE device SET name = %s WHERE id = %s", ("冷" * 60, device.id))
    town.tell(database, [a_reading(device, 4.1, at=now - timedelta(minutes=5))])
    return device


def drawings(page):
    page.wait_for_selector(f"{CHART} .device-plot[data-drawn]")
    return int(page.get_attribute(f"{CHART} .device-plot", "data-drawn"))


def test_a_reading_appears_at_once_beside_a_gap_and_an_alarm(serve, visit, fridge, database):
    seen = visit(f"{serve().url}/devices/{fridge.id}")
    page = seen.page
    is_live(page)
    before = drawings(page)
    assert page.evaluate(SHAPES, ["gap"]) == 1 and page.evaluate(SHAPES, ["alarm"]) == 1
    assert page.evaluate(SHAPES, ["limit"]) == 2
    has_text(page, f"{CHART} .device-summary", "1 处无数据")
    assert page.text_content(".device-page h1") == "冷" * 60
    for value in (7.5, 7.6, 7.7, 7.8):
        town.tell(
            database,
            [ReadingTaken(unit=fridge.unit_id, at=CLOCK(), device=fridge.id, metric="temperature", value=value)],
        )
        has_text(page, f"{CHART} .figure", str(value))
    page.wait_for_function(f"""() => document.querySelector('{CHART} .device-plot').data
      .find((trace) => trace.name === "value").y.includes(7.8)""")
    assert drawings(page) - before <= 3  # four readings, but no storm of drawings
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert seen.complaints == []


def test_the_stretch_is_in_the_address_and_moves_by_keyboard(serve, visit, fridge):
    page = visit(f"{serve().url}/devices/{fridge.id}?range=6h").page
    drawings(page)
    page.focus(CHART)
    page.keyboard.press("-")
    page.wait_for_function("() => new URL(location).searchParams.has('from')")
    page.click(".device-range .segmented button:last-child")
    page.wait_for_function("() => new URL(location).searchParams.get('range') === '1y'")
    has_text(page, f"{CHART} .device-summary", "精度：6 小时")
    page.click("#language")
    has_text(page, f"{CHART} .device-summary", "drawn by 6 h")


def test_the_refrigerator_that_failed_most_is_the_first_row(serve, visit, fridge):
    page = visit(f"{serve().url}/devices?tab=failures&kind=refrigerator").page
    page.wait_for_selector(".devices-body tbody tr")
    assert page.get_attribute(".devices-body tbody tr:first-child a", "href") == f"/devices/{fridge.id}"
    page.click('.devices-page [role="tab"]:first-child')
    page.fill('[data-filter="q"]', fridge.id)
    page.wait_for_function("() => document.querySelectorAll('.devices-body tbody tr').length === 1")
    page.click(".devices-body tbody a")
    page.wait_for_selector(".device-page h1")


def test_a_device_nobody_has_says_so(serve, visit, fridge):
    page = visit(f"{serve().url}/devices/nothing").page
    page.wait_for_selector(".nowhere")
