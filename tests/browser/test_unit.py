"""From the city to a single fact: the unit page, the comparison and the licences, in a browser."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from bench import town
from streaming.events import AlarmRaised, RatingGiven, encode, kind_of
from tests.browser.test_wall import CLOCK, a_reading, fridge_of, has_text, is_live
from tests.people import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def small(database):
    city = town.register(database, 60, cameras=False)
    town.tell(database, town.indices(city, CLOCK()) + town.presence(city, CLOCK()))
    return city


def test_a_red_unit_says_why_at_once_and_leads_to_its_alarm(serve, visit, small, database):
    device = fridge_of(small)
    page = visit(f"{serve().url}/units/{device.unit_id}").page
    is_live(page)
    page.wait_for_selector(".u-why.is-calm, .u-why.is-yellow, .u-why.is-red")
    at = CLOCK()
    raised = AlarmRaised(
        unit=device.unit_id, at=at, alarm="A1", rule="alarm/fridge_temp_humidity/temperature", level=1,
        since=at - timedelta(hours=2), incident="I1", reason="above_limit", device=device.id, metric="temperature",
        value=11.3, limit="0 … 8 °C",
    )  # fmt: skip
    town.tell(database, [raised])
    has_text(page, ".u-why.is-red", "一级预警未关闭")
    has_text(page, ".u-why.is-red", "11.3 °C，超限 2 小时")
    assert page.get_attribute(".u-why-link", "href") == "/alarms/A1"


def test_a_new_index_and_a_new_value_show_without_loading_the_page(serve, visit, small, database):
    device = fridge_of(small)
    seen = visit(f"{serve().url}/units/{device.unit_id}")
    page = seen.page
    is_live(page)
    tile = f'.u-tile[href="/devices/{device.id}"]'
    page.wait_for_selector(tile)
    change = next(event for event in town.indices(small, CLOCK(), seed=9) if event.unit == device.unit_id)
    town.tell(database, [a_reading(device, 14.5), change])
    has_text(page, ".u-total .value", f"{change.total:.1f}")
    has_text(page, f"{tile} .u-value b", "14.5")
    page.wait_for_selector(f'{tile}[data-mood="beyond"]')
    page.click('.u-moods [data-mood="beyond"]')
    assert page.locator(".u-tile:visible").count() == 1
    assert parse_qs(urlsplit(page.url).query)["devices"] == ["beyond"]
    assert seen.complaints == []


def test_the_timeline_can_be_narrowed_and_a_link_opens_one_fact(serve, visit, small, database):
    unit = small.units[0].id
    now = datetime.now(UTC)
    told = [RatingGiven(unit=unit, at=now - timedelta(hours=n), stars=1 + n % 5) for n in range(90)]
    with psycopg.connect(database) as connection:
        for event in told:
            connection.execute(
                "INSERT INTO fact (id, kind, unit_id, at, body) VALUES (%s, %s, %s, %s, %s::jsonb)",
                (event.key, kind_of(event), unit, event.at, encode([event]).decode()[1:-1]),
            )
    url = serve().url
    page = visit(f"{url}/units/{unit}?fact={told[80].key}").page
    page.wait_for_selector(".u-fact.is-chosen details[open]")
    has_text(page, ".u-fact.is-chosen summary", "公众评价 1 星")
    page.click('.u-timeline .filters button:has-text("设备")')
    has_text(page, ".u-timeline .empty", "没有这类事实")
    assert parse_qs(urlsplit(page.url).query) == {"facts": ["devices"]}
    page.click('.u-timeline .filters button:has-text("全部")')
    page.wait_for_selector(".u-fact")
    page.click('.u-timeline .card-body > .button:has-text("更早")')
    page.wait_for_function("() => document.querySelectorAll('.u-fact').length === 90")


def test_a_unit_of_another_area_is_not_there_and_no_word_of_it_is_said(serve, visit, small, database):
    mine = small.units[0]
    other = next(unit for unit in small.units if unit.street_id != mine.street_id)
    server = serve()
    clerk = signed_in(database, "clerk", areas=(mine.street_id,))
    page = visit(f"{server.url}/units/{other.id}", secret=clerk).page
    page.wait_for_selector(".nowhere h1")
    assert other.name not in page.content()


def test_four_are_compared_a_fifth_is_refused_in_words_and_the_address_says_who(serve, visit, small):
    ids = [unit.id for unit in small.units[:5]]
    url = serve().url
    page = visit(f"{url}/compare?units={','.join(ids)}").page
    has_text(page, ".page-head .bad", "最多对比 4 个")
    assert page.locator(".compare-table thead a").count() == 4
    page.click(".compare-table thead button >> nth=0")
    page.wait_for_function("() => document.querySelectorAll('.compare-table thead a').length === 3")
    assert urlsplit(page.url).query == f"units={','.join(ids[1:4])}"
    page.goto(f"{url}/units/{ids[4]}")
    page.click(".compare-choice button")
    has_text(page, ".compare-choice a", "4")
    page.goto(f"{url}/units/{ids[0]}")
    page.click(".compare-choice button")
    has_text(page, ".compare-choice [role=status]", "最多同时对比 4 个")


def test_the_licences_that_expire_this_month_are_one_click_from_the_city(serve, visit, small, database):
    today = datetime.now(UTC) + timedelta(hours=8)
    with psycopg.connect(database) as connection:
        for n, unit in enumerate(small.units[:3]):
            connection.execute(
                "INSERT INTO licence (unit_id, kind, number, expires_on) VALUES (%s, 'food_license', %s, %s)",
                (unit.id, f"JY{n}", today.date() if n < 2 else today.date() + timedelta(days=50)),
            )
    page = visit(serve().url).page
    page.click('#places a[href="/licences"]')
    has_text(page, ".page-head .sub", "2 份，涉及 2 家单位")
    assert page.locator(".table tbody tr").count() == 2
    page.click('[data-within="60"]')
    page.wait_for_function("() => document.querySelectorAll('.table tbody tr').length === 3")
    page.fill(".licence-filters input", "JY2")
    page.wait_for_function("() => document.querySelectorAll('.table tbody tr').length === 1")
    assert parse_qs(urlsplit(page.url).query) == {"within": ["60"], "q": ["JY2"]}
    page.reload()
    has_text(page, ".table td.name", small.units[2].name)
    page.click("#language")
    has_text(page, ".page-head h1", "Expiring papers")
    has_text(page, ".table td.name", small.units[2].name_en)
