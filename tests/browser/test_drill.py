"""City and areas as a person at a desk sees them: narrowing, addresses, back and forward, languages, the keyboard."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from bench import town
from streaming.events import IndexChanged
from tests.people import signed_in

pytestmark = pytest.mark.browser

FIGURE = '[data-figure="{}"] .figure'
ROWS = ".tab-panel tbody tr"


@pytest.fixture
def small(database):
    city = town.register(database, 300, cameras=False)
    now = datetime.now(UTC)
    fridge = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    town.tell(database, [*town.indices(city, now), *town.presence(city, now), town.warm_fridge(fridge, now)])
    with psycopg.connect(database) as connection:  # what the score process would have written
        connection.execute(
            "INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, as_of)"
            " SELECT id, 60 + substr(id, 2)::int % 40, CASE WHEN business_type = 'school' THEN 'red' ELSE 'green' END,"
            " 'good', 1, '{}', now() FROM unit"
        )
    return city


def worst_streets(database):
    query = "SELECT street_id, round(avg(total)::numeric, 1) FROM unit JOIN unit_state ON unit_id = unit.id GROUP BY 1"
    with psycopg.connect(database) as connection:
        found = dict(connection.execute(query).fetchall())
    return {street for street, index in found.items() if index == min(found.values())}


def has_text(page, selector, text):
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)", arg=[selector, text]
    )


def asked(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_the_worst_street_is_found_at_once_and_leads_to_its_page(serve, visit, small, database):
    seen = visit(f"{serve().url}/")
    has_text(seen.page, FIGURE.format("units"), "300")
    first = seen.page.locator(".list .rank + .words").first
    first.wait_for()
    name = first.locator("b").inner_text()
    first.click()
    seen.page.wait_for_url("**/areas/**")
    assert urlsplit(seen.page.url).path.rpartition("/")[2] in worst_streets(database)
    has_text(seen.page, "h1", name)
    assert (
        seen.page.evaluate("() => document.activeElement.tagName") == "H1"
    )  # whoever hears the page knows where it is
    assert name in seen.page.title()
    seen.page.wait_for_selector(".dimensions li")
    assert seen.page.locator(".dimensions li").count() == 5
    assert seen.complaints == []


def test_a_narrower_part_of_the_city_narrows_all_of_the_page_and_back_leads_out_again(serve, visit, small):
    page = visit(f"{serve().url}/").page
    has_text(page, FIGURE.format("units"), "300")
    page.wait_for_function("() => window.sunshine.view()._cityMap?.isReady")
    page.select_option("select[name=type]", "school")
    page.wait_for_function("(s) => Number(document.querySelector(s).textContent) < 300", arg=FIGURE.format("units"))
    schools = page.inner_text(FIGURE.format("units"))
    page.click(".filters button:has(.red)")
    page.wait_for_url("**colour=red**")
    page.evaluate("() => window.sunshine.view()._cityMap._onArea('dongsheng')")
    page.wait_for_url("**area=dongsheng**")
    assert asked(page) == {"type": "school", "colour": "red", "area": "dongsheng"}
    has_text(page, "#crumbs [aria-current]", "东胜区")
    page.wait_for_function("() => window.sunshine.lives().some((live) => live.scope === 'area:dongsheng')")
    page.wait_for_function("() => window.sunshine.view()._cityMap._area === 'dongsheng'")
    for row in page.locator(f"{ROWS} td:nth-child(2)").all():
        assert row.inner_text() == "东胜区"
    page.go_back()
    page.go_back()
    page.wait_for_function(
        "([s, n]) => document.querySelector(s).textContent === n", arg=[FIGURE.format("units"), schools]
    )
    assert asked(page) == {"type": "school"}
    assert page.input_value("select[name=type]") == "school"


def test_every_figure_leads_to_the_list_of_what_it_counts(serve, visit, small):
    seen = visit(f"{serve().url}/?type=school")
    page = seen.page
    page.wait_for_selector("[data-attention=failures]")
    link = page.get_attribute("[data-attention=failures]", "href")
    assert parse_qs(urlsplit(link).query) == {"tab": ["failures"], "kind": ["refrigerator"], "type": ["school"]}
    has_text(page, FIGURE.format("colours"), "")
    page.wait_for_function("(s) => Number(document.querySelector(s).textContent) > 0", arg=FIGURE.format("colours"))
    red = page.inner_text(FIGURE.format("colours"))
    page.click("[data-figure=colours]")
    page.wait_for_selector(".tab-panel .roll-filters")
    assert asked(page) == {"type": "school", "tab": "units", "colour": "red"}
    has_text(page, ".tab-panel .card-head, .tab-panel", f"{red} 家")
    page.click("[data-figure=expiring]")
    page.wait_for_url("**/licences?**")
    assert asked(page) == {"within": "month", "type": "school"}
    page.wait_for_selector("h1:has-text('证照')")
    assert seen.complaints == []


def test_the_map_shows_the_unit_of_the_address_and_counts_what_the_filters_leave(serve, visit, small):
    server = serve()
    unit = small.units[0].id
    page = visit(f"{server.url}/?at={unit}").page
    page.wait_for_function("(id) => window.sunshine.view()._cityMap?._chosenId === id", arg=unit)
    page.click(f".city-spot a[href='/units/{unit}']")
    page.wait_for_url(f"**/units/{unit}")
    page.click(f".u-deeds a[href='/?at={unit}']")
    page.wait_for_selector(".city-spot a.button")
    page.click(".city-spot a.button")
    page.wait_for_function("() => window.sunshine.view()._cityMap._chosenId === null")
    page.select_option("select[name=type]", "school")
    page.wait_for_function("() => window.sunshine.view()._cityMap?.isReady")
    counted = "() => window.sunshine.view()._cityMap._figures.of('ordos')?.units"
    page.wait_for_function(
        f"(s) => String(({counted})()) === document.querySelector(s).textContent", arg=FIGURE.format("units")
    )
    assert 0 < page.evaluate(counted) < 300
    page.goto(f"{server.url}/?unit={unit}")  # as links of old have it
    page.wait_for_url(f"**/units/{unit}")


def test_an_address_shows_the_same_to_a_colleague(serve, visit, small):
    server = serve()
    page = visit(f"{server.url}/areas/ordos?tab=units&sort=index&down=1&type=small&attention=unchecked").page
    page.wait_for_selector(ROWS)
    page.fill(".roll-filters input", "U00001")
    page.wait_for_url("**q=U00001**")
    page.wait_for_function("() => document.querySelectorAll('.tab-panel tbody tr').length < 50")
    rows = page.locator(ROWS).all_inner_texts()
    other = visit(page.url).page
    other.wait_for_selector(ROWS)
    assert other.locator(ROWS).all_inner_texts() == rows
    assert other.get_attribute("th:has([data-sort=index])", "aria-sort") == "descending"
    totals = [float(text) for text in other.locator(f"{ROWS} .index").all_inner_texts()]
    assert totals == sorted(totals, reverse=True) and totals


def test_the_language_changes_without_losing_where_one_is(serve, visit, small):
    page = visit(f"{serve().url}/?tab=units&attention=unchecked").page
    page.wait_for_selector(ROWS)
    page.evaluate("() => { window.same = true; }")
    page.click("#language")
    has_text(page, ".tabs [aria-selected=true]", "Units")
    has_text(page, "h1", "whole city")
    assert page.input_value("select[name=attention]") == "unchecked"
    assert page.evaluate("() => window.same") and asked(page) == {"tab": "units", "attention": "unchecked"}


def test_back_leads_to_the_place_on_the_page_where_one_was(serve, visit, small):
    page = visit(f"{serve().url}/?tab=units", height=700).page
    page.wait_for_selector(ROWS)
    row = page.locator(f"{ROWS} a").nth(30)
    row.scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    before = page.evaluate("() => window.scrollY")
    assert before > 300
    row.click()
    page.wait_for_url("**/units/**")
    assert page.evaluate("() => window.scrollY") == 0
    page.go_back()
    page.wait_for_function("(y) => Math.abs(window.scrollY - y) < 40", arg=before)


def test_a_keyboard_goes_through_tabs_and_sorts(serve, visit, small):
    page = visit(f"{serve().url}/").page
    page.wait_for_selector(ROWS)
    page.focus(".tabs [aria-selected=true]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**tab=streets**")
    assert page.evaluate("() => document.activeElement.dataset.tab") == "streets"
    page.focus("[data-sort=units]")
    page.keyboard.press("Enter")
    assert page.get_attribute("th:has([data-sort=units])", "aria-sort") == "descending"
    assert page.evaluate("() => document.activeElement.dataset.sort") == "units"
    assert asked(page) == {"tab": "streets", "sort": "units", "down": "1"}


def test_the_index_of_the_city_follows_the_frames(serve, visit, small, database):
    page = visit(f"{serve().url}/").page
    has_text(page, FIGURE.format("colours"), "")
    page.wait_for_function("() => window.sunshine.lives()[0]?.state.units.size === 300")
    before = int(page.inner_text(FIGURE.format("colours")))
    greens = page.evaluate(
        "() => [...window.sunshine.lives()[0].state.units].find(([, unit]) => unit.colour === 'green')[0]"
    )
    told = IndexChanged(
        unit=greens, at=datetime.now(UTC), total=41.0, colour="red", grade="very_poor", coverage=1.0, dimensions={}
    )
    town.tell(database, [told])
    page.wait_for_function(
        "([s, n]) => document.querySelector(s).textContent === n", arg=[FIGURE.format("colours"), str(before + 1)]
    )


def test_an_area_outside_ones_own_part_looks_like_one_that_does_not_exist(serve, visit, small, database):
    server = serve()
    clerk = signed_in(database, "clerk", roles=("enforcement_officer",), areas=("dongsheng",))
    said = []
    for path in ("/areas/kangbashi", "/areas/nobody", "/?area=kangbashi"):
        page = visit(server.url + path, secret=clerk).page
        page.wait_for_selector(".nowhere")
        said.append(page.inner_text("#view"))
        page.wait_for_selector("#link.is-live")
    assert len(set(said)) == 1
    page.click(".nowhere a")
    has_text(page, "h1", "管辖范围")


def test_a_narrow_screen_folds_the_places_into_a_menu(serve, visit, small):
    page = visit(f"{serve().url}/areas/dongsheng", 390, 844).page
    page.wait_for_selector(".dimensions li")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert not page.is_visible("#places")
    page.click("#fold")
    assert page.get_attribute("#fold", "aria-expanded") == "true"
    page.click("#places a[href='/']")
    page.wait_for_selector("h1")
    assert urlsplit(page.url).path == "/" and not page.is_visible("#places")
    page.wait_for_selector(ROWS)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_what_cannot_be_read_says_so_and_is_read_again(serve, visit, small):
    page = visit(f"{serve().url}/").page
    page.wait_for_selector(ROWS)
    page.route("**/data/places/units**", lambda route: route.abort())
    page.click("[data-tab=units]")
    page.wait_for_selector(".tab-panel .failed")
    page.unroute("**/data/places/units**")
    page.click(".tab-panel .failed button")
    page.wait_for_selector(ROWS)


def test_a_city_that_cannot_be_read_says_so_in_each_part(serve, visit, small):
    server = serve()
    page = visit(f"{server.url}/licences").page
    page.route("**/data/places*", lambda route: route.abort())
    page.goto(f"{server.url}/")
    page.wait_for_function("() => document.querySelectorAll('.city-side .failed, .tab-panel .failed').length === 3")
    page.unroute("**/data/places*")
    page.click(".city-side .failed button")
    page.wait_for_selector(ROWS)
    page.wait_for_selector(".city-side .rank")
