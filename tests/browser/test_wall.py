"""The command center as a person at the wall sees it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from msgspec import structs

from bench import town
from scoring.rules import change, load
from streaming.events import DeviceWentOffline, IndexChanged, ReadingTaken
from tests.people import signed_in

pytestmark = pytest.mark.browser

CLOCK = lambda: datetime.now(UTC)  # noqa: E731
KPI = '[data-kpi="{}"] .figure'


def fridge_of(city):
    return next(device for device in city.sensors if device.kind == "fridge_temp_humidity")


def a_reading(device, value, metric="temperature", at=None):
    return ReadingTaken(unit=device.unit_id, at=at or CLOCK(), device=device.id, metric=metric, value=value)


def has_text(page, selector, text):
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)", arg=[selector, text]
    )


def is_live(page):
    page.wait_for_selector("#link.is-live")


@pytest.fixture
def small(database):
    city = town.register(database, 300, cameras=False)
    town.tell(database, town.indices(city, CLOCK()) + town.presence(city, CLOCK()))
    return city


def test_the_page_shows_every_unit_and_asks_nobody_but_its_own_server(serve, visit, small):
    server = serve()
    seen = visit(f"{server.url}/wall")
    is_live(seen.page)
    has_text(seen.page, KPI.format("units"), "300")
    seen.page.wait_for_selector('#map-panel[data-units="300"]')
    seen.page.wait_for_function("() => window.sunshine.map.isReady")
    assert seen.page.evaluate("() => window.sunshine.city.state.units.size") == 300
    seen.page.wait_for_timeout(1500)  # late fonts, icons, whatever else might be asked for
    assert {urlsplit(url).netloc for url in seen.requests if url.startswith("http")} == {urlsplit(server.url).netloc}
    assert seen.complaints == []


def test_a_reading_shows_on_its_units_panel_and_among_the_latest(serve, visit, small, database):
    server, device = serve(), fridge_of(small)
    panel = visit(f"{server.url}/wall?unit={device.unit_id}").page
    wall = visit(f"{server.url}/wall").page
    wall.click('[data-mode="latest"]')
    for page in (panel, wall):
        is_live(page)
    panel.wait_for_selector(".unit-who h3")
    town.tell(database, [a_reading(device, 6.7)])
    for page in (panel, wall):
        has_text(page, f'.tile[data-device="{device.id}"][data-metric="temperature"] .value', "6.7")
    town.tell(database, [a_reading(device, -0.5)])
    for page in (panel, wall):
        has_text(page, f'.tile[data-device="{device.id}"][data-metric="temperature"] .value', "-0.5")


def test_a_value_beyond_its_limit_comes_first_and_one_without_value_is_a_dash(serve, visit, small, database):
    fridges = [device for device in small.sensors if device.kind == "fridge_temp_humidity"][:5]
    at = CLOCK() - timedelta(seconds=30)
    town.tell(database, [a_reading(device, 4.0, at=at) for device in fridges])
    page = visit(f"{serve().url}/wall").page
    is_live(page)
    town.tell(database, [a_reading(fridges[3], 14.5, at=at + timedelta(seconds=1))])
    page.wait_for_function(f"() => document.querySelector('.tile')?.dataset.device === '{fridges[3].id}'")
    assert page.get_attribute(".tile", "data-mood") == "beyond"
    assert page.text_content(KPI.format("rectification")) == "–"


def test_a_limit_follows_its_rule_as_soon_as_that_changes(serve, visit, small, database):
    device = fridge_of(small)
    town.tell(database, [a_reading(device, 9.5)])
    page = visit(f"{serve().url}/wall").page
    tile = f'.tile[data-device="{device.id}"][data-metric="temperature"]'
    page.wait_for_selector(f'{tile}[data-mood="beyond"]')
    with psycopg.connect(database) as connection:
        key = "alarm/fridge_temp_humidity/temperature"
        body = dict(load(connection).body(key)) | {"high": 12.0}
        change(connection, key, body, "a tester", "a warmer law")
    page.wait_for_selector(f'{tile}[data-mood="fresh"]')


def test_a_unit_lists_each_of_its_devices_also_those_that_never_spoke(serve, visit, small, database):
    device = fridge_of(small)
    mine = {one.id for one in small.devices if one.unit_id == device.unit_id}
    page = visit(f"{serve().url}/wall?unit={device.unit_id}").page
    page.wait_for_function(f"() => document.querySelectorAll('.tile:not([hidden])').length === {len(mine)}")
    tiles = page.eval_on_selector_all(".tile", "tiles => tiles.map((tile) => tile.dataset.device)")
    assert set(tiles) == mine
    assert page.text_content(f'.tile[data-device="{device.id}"] .value') == "–"
    town.tell(database, [a_reading(device, 4.4)])
    has_text(page, f'.tile[data-device="{device.id}"][data-metric="temperature"] .value', "4.4")


FURTHEST = """() => {
  const { units, map } = window.sunshine.map;
  return Math.max(...units._data.ids.map((id) => {
    const [shown, real] = [units.shownAt(id), units.latLng(id)].map((at) => map.project(at)); // not rounded
    return Math.hypot(shown.x - real.x, shown.y - real.y);
  }));
}"""


def test_no_dot_stands_further_than_a_few_pixels_from_where_its_unit_is(serve, visit, database):
    town.register(database, 3000, cameras=False)
    page = visit(f"{serve().url}/wall").page
    page.wait_for_function("() => window.sunshine.map.isReady")
    assert page.evaluate(FURTHEST) < 8.1
    page.evaluate("() => window.sunshine.map.map.setZoom(16, { animate: false })")
    page.wait_for_function("() => window.sunshine.map.map.getZoom() === 16")
    assert page.evaluate(FURTHEST) < 8.1


def test_an_old_value_looks_old_and_an_offline_device_says_since_when(serve, visit, small, database):
    fridges = [device for device in small.sensors if device.kind == "fridge_temp_humidity"][:2]
    old = CLOCK() - timedelta(minutes=20)
    town.tell(database, [a_reading(device, 4.0, at=old) for device in fridges])
    town.tell(database, [DeviceWentOffline(unit=fridges[1].unit_id, device=fridges[1].id, at=CLOCK())])
    page = visit(f"{serve().url}/wall").page
    page.wait_for_selector(f'.tile[data-device="{fridges[0].id}"][data-mood="stale"]')
    has_text(page, f'.tile[data-device="{fridges[0].id}"] .age', "20 分钟前")
    page.wait_for_selector(f'.tile[data-device="{fridges[1].id}"][data-mood="offline"]')
    has_text(page, f'.tile[data-device="{fridges[1].id}"] .age', "离线 ")


def test_an_alarm_appears_as_a_sentence_and_leaves_when_it_is_cleared(serve, visit, small, database):
    device = fridge_of(small)
    page = visit(f"{serve().url}/wall").page
    is_live(page)
    has_text(page, "#alarms-empty", "今天没有未处置的预警")
    town.tell(database, [town.warm_fridge(device, CLOCK())])
    has_text(page, ".alarm .sentence", "冷藏柜升温 11.4 °C，超限 31 分钟")
    has_text(page, KPI.format("alarms"), "1")
    town.tell(database, [town.cooled(device, CLOCK())])
    page.wait_for_selector(".alarm", state="detached")
    has_text(page, KPI.format("alarms"), "0")
    page.wait_for_selector("#alarms-empty:not([hidden])")


def test_a_row_that_comes_while_one_looks_has_mark_age_and_state_as_any_other(serve, visit, small, database):
    device = fridge_of(small)
    page = visit(f"{serve().url}/wall?unit={device.unit_id}").page
    page.wait_for_function("() => window.sunshine.unit()?.seq !== null")
    page.wait_for_selector(".unit-who h3")
    town.tell(database, [town.warm_fridge(device, CLOCK())])
    page.wait_for_selector(".alarm.is-new")
    row = page.eval_on_selector(
        ".alarm",
        """(row) => ({ level: row.dataset.level, mark: row.querySelector("i").className,
          age: row.querySelector(".age").textContent, chip: row.querySelector(".chip").textContent,
          unit: row.querySelector("b").textContent })""",
    )
    assert row["level"] in "123" and row["mark"].startswith("shape ")
    assert row["age"] and row["chip"] == "待处置" and row["unit"]


def test_what_only_informs_stands_with_its_unit_and_is_not_counted(serve, visit, small, database):
    device = fridge_of(small)
    alarm = town.warm_fridge(device, CLOCK())
    told = structs.replace(alarm, alarm="licence:1", level=4, reason="licence_expiry", metric="food_license", device="")
    town.tell(database, [alarm, told])
    server = serve()
    wall, panel = visit(f"{server.url}/wall").page, visit(f"{server.url}/wall?unit={device.unit_id}").page
    panel.wait_for_function("() => document.querySelectorAll('.alarm').length === 2")
    assert panel.eval_on_selector_all(".alarm", "rows => rows.map((row) => row.dataset.level)")[-1] == "4"
    wall.wait_for_selector(".alarm")
    has_text(wall, KPI.format("alarms"), "1")
    assert wall.locator(".alarm").count() == 1


def test_a_limit_of_working_hours_counts_only_while_the_unit_works(serve, visit, small, database):
    device = next(one for one in small.sensors if one.kind == "room_temp_humidity")
    zone = ZoneInfo("Asia/Shanghai")
    hours = [(CLOCK().astimezone(zone) + timedelta(hours=shift)).time().replace(second=0) for shift in (-2, 2, 3, 4)]
    tile = f'.tile[data-device="{device.id}"][data-metric="temperature"]'
    town.tell(database, [a_reading(device, 29.0)])
    server = serve()
    for opens, closes, mood in ((hours[2], hours[3], "fresh"), (hours[0], hours[1], "beyond")):
        with psycopg.connect(database) as connection:
            change_hours = "UPDATE unit SET opens_at = %s, closes_at = %s WHERE id = %s"
            connection.execute(change_hours, (opens, closes, device.unit_id))
        page = visit(f"{server.url}/wall?unit={device.unit_id}").page
        page.wait_for_selector(f'{tile}[data-mood="{mood}"]')


def test_a_missing_part_of_the_page_does_not_stop_the_others(serve, visit, small, database):
    server = serve()
    page = visit(f"{server.url}/build").page
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    layout = server.get("/_pages/wall/_dash-layout").decode().replace('": "', '":"')
    for lost in ("tiles", "map-time", "alarms-empty", "gauge"):
        assert f'"id":"{lost}"' in layout
        layout = layout.replace(f'"id":"{lost}"', f'"id":"not-{lost}"')
    page.route("**/_dash-layout", lambda route: route.fulfill(body=layout, content_type="application/json"))
    page.goto(f"{server.url}/wall")
    is_live(page)
    has_text(page, KPI.format("units"), "300")
    town.tell(database, [town.warm_fridge(fridge_of(small), CLOCK())])
    has_text(page, KPI.format("alarms"), "1")
    page.wait_for_timeout(4000)
    assert 0 < len(complaints) < 12  # each part says so once a minute


def test_a_page_whose_server_was_replaced_by_another_build_loads_itself_once(serve, visit, small):
    server = serve()
    page = visit(f"{server.url}/build").page
    loads = []
    page.on("load", lambda _: loads.append(page.url))
    page.route("**/build", lambda route: route.fulfill(json={"build": "another"}))
    page.goto(f"{server.url}/wall")
    is_live(page)
    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    is_live(page)
    page.wait_for_timeout(6000)
    assert len(loads) == 2


def test_of_a_unit_that_does_not_exist_nothing_is_said_but_that(serve, visit, small):
    page = visit(f"{serve().url}/wall?unit=NOPE").page
    has_text(page, "#unit-body", "没有编号为 NOPE 的单位")
    assert not page.is_visible("#sensors") and not page.is_visible("#alarms")
    page.click("#language")
    has_text(page, "#unit-body", "There is no unit NOPE")
    page.click("#unit-close")
    page.wait_for_selector("#sensors", state="visible")


def test_english_is_asked_for_in_the_address_and_names_are_not_cut_on_a_phone(serve, visit, small):
    device = fridge_of(small)
    page = visit(f"{serve().url}/wall?unit={device.unit_id}&lang=en", 390, 844).page
    page.wait_for_selector(".unit-who h3")
    assert page.get_attribute("html", "lang") == "en"
    has_text(page, f'.tile[data-device="{device.id}"] .name', "Refrigerator")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    cut = "nodes => nodes.filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.textContent)"
    assert page.eval_on_selector_all(".tile:not([hidden]) .name, .tile:not([hidden]) .metric, .alarm b", cut) == []
    page.click("#language")
    assert page.get_attribute("html", "lang") == "zh-CN" and "lang=zh" in page.url


def test_a_key_shows_where_it_is(serve, visit, small):
    page = visit(f"{serve().url}/wall").page
    is_live(page)
    page.wait_for_function("() => window.sunshine.map.isReady")
    for selector in ("#search-box", "#language", "#map-home", "#map"):
        page.keyboard.press("Tab")  # the keyboard is in use
        page.focus(selector)
        outline = page.eval_on_selector(selector, "node => getComputedStyle(node).outlineStyle")
        assert outline == "solid", selector


def test_no_street_name_lies_on_the_marked_unit(serve, visit, small):
    page = visit(f"{serve().url}/wall?unit={small.units[5].id}", reduced_motion="reduce").page
    page.wait_for_selector(".chosen", state="attached")
    page.wait_for_timeout(500)
    hit = page.evaluate(
        """() => {
          const ring = document.querySelector(".chosen").getBoundingClientRect();
          return [...document.querySelectorAll(".area-name.is-street")].filter((node) => {
            const box = node.getBoundingClientRect();
            return box.left < ring.left && box.right > ring.left && box.top < ring.top && box.bottom > ring.top;
          }).length;
        }"""
    )
    assert hit == 0


def test_the_worst_alarm_comes_first_among_five_hundred(serve, visit, database):
    city = town.register(database, 3000, cameras=False)
    alarms = town.mixed_alarms(city, CLOCK(), 500)
    town.tell(database, alarms)
    seen = visit(f"{serve().url}/wall?scene=alarms")
    seen.page.wait_for_function(f"() => document.querySelectorAll('.alarm').length === {len(alarms)}")
    levels = seen.page.eval_on_selector_all(".alarm", "rows => rows.map((row) => Number(row.dataset.level))")
    assert levels == sorted(levels)
    assert seen.complaints == []


def test_a_killed_server_makes_the_page_say_so_and_the_next_one_brings_it_back(serve, visit, small, database):
    server = serve()
    page = visit(f"{server.url}/wall").page
    is_live(page)
    has_text(page, KPI.format("units"), "300")
    server.kill()
    page.wait_for_selector("#link.is-stale")
    assert "数据中断" in page.text_content("#link")
    assert page.evaluate("() => document.body.classList.contains('is-stale')")
    page.wait_for_selector("#link.is-lost", timeout=60_000)
    assert page.text_content(KPI.format("units")) == "–"
    town.tell(database, [town.warm_fridge(fridge_of(small), CLOCK())])
    server.start()
    page.wait_for_selector("#link.is-live", timeout=60_000)
    has_text(page, KPI.format("units"), "300")
    page.wait_for_selector(".alarm")


def test_a_colour_that_changes_is_painted_on_the_map(serve, visit, small, database):
    unit = small.units[7].id
    page = visit(f"{serve().url}/wall").page
    page.wait_for_function("() => window.sunshine.map.isReady")
    town.tell(
        database,
        [
            IndexChanged(
                unit=unit, at=CLOCK(), total=44.0, colour="red", grade="very_poor", coverage=0.9, dimensions={}
            ),
        ],
    )
    page.wait_for_function("(unit) => window.sunshine.map.units.colourOf(unit) === 'red'", arg=unit)
    point = page.evaluate(
        """(unit) => {
          const { map } = window.sunshine;
          const at = map.map.latLngToContainerPoint(map.units.shownAt(unit));
          const box = map.map.getContainer().getBoundingClientRect();
          const canvas = map.units._container.getBoundingClientRect();
          const ctx = map.units._ctx;
          const [x, y] = [at.x + box.left - canvas.left, at.y + box.top - canvas.top];
          return [...ctx.getImageData(Math.round(x), Math.round(y), 1, 1).data];
        }""",
        unit,
    )
    red, green, blue, alpha = point
    assert red > 200 and green < 110 and blue < 130 and alpha > 200


def test_a_unit_is_found_opened_and_left_again_by_keyboard(serve, visit, small):
    device = fridge_of(small)
    page = visit(f"{serve().url}/wall").page
    is_live(page)
    page.fill("#search-box", device.id)
    page.wait_for_selector("#search-results li.is-marked")
    page.press("#search-box", "Enter")
    page.wait_for_url(f"**/wall?unit={device.unit_id}")
    has_text(page, ".unit-who", device.unit_id)
    has_text(page, "#alarms h2", "本单位预警")
    page.keyboard.press("Escape")
    page.wait_for_selector("#index:not([hidden])")
    assert "unit=" not in page.url
    page.go_back()
    has_text(page, ".unit-who", device.unit_id)


def test_the_language_changes_without_losing_anything(serve, visit, small):
    device = fridge_of(small)
    page = visit(f"{serve().url}/wall?unit={device.unit_id}").page
    page.wait_for_selector(".unit-who h3")
    page.evaluate("() => (window.stillHere = true)")
    page.click("#language")
    has_text(page, "#kpis", "Catering units")
    has_text(page, ".unit-bars", "Smart kitchen")
    assert page.get_attribute("html", "lang") == "en"
    assert page.evaluate("() => window.stillHere") and device.unit_id in page.url


def test_an_empty_city_is_calm_and_shows_no_invented_numbers(serve, visit):
    seen = visit(f"{serve().url}/wall")
    is_live(seen.page)
    has_text(seen.page, "#map-message", "还没有登记餐饮单位")
    has_text(seen.page, "#sensors-empty", "还没有收到传感器读数")
    assert seen.page.text_content(KPI.format("index")) == "–"
    assert seen.page.text_content(KPI.format("online_rate")) == "–"
    assert seen.complaints == []


@pytest.mark.slow
def test_the_whole_city_fits_the_screen_without_scrolling_and_without_complaints(serve, visit, database):
    city = town.register(database, 11266)
    town.tell(database, town.indices(city, CLOCK()) + town.readings(city.sensors, CLOCK(), beyond=0.02))
    server = serve()
    for width, height in ((1920, 1080), (3840, 2160)):
        seen = visit(f"{server.url}/wall", width, height)
        has_text(seen.page, KPI.format("units"), "11,266")
        seen.page.wait_for_selector('#map-panel[data-units="11266"]')
        size = seen.page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [width, height]
        assert seen.complaints == []


def test_a_phone_shows_everything_below_one_another(serve, visit, small):
    page = visit(f"{serve().url}/wall", 390, 844).page
    has_text(page, KPI.format("units"), "300")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert page.evaluate("() => document.getElementById('map').clientWidth") > 300


def has_scene(page, name):
    page.wait_for_function("(name) => window.sunshine?.stage.scene === name", arg=name)


def test_scenes_are_stepped_by_key_pinned_into_the_address_and_chosen_by_it(serve, visit, small):
    server = serve()
    seen = visit(f"{server.url}/wall")
    page = seen.page
    is_live(page)
    has_scene(page, "overview")
    page.keyboard.press("ArrowRight")
    has_scene(page, "map")
    page.wait_for_selector("#map-panel:visible")
    assert not page.is_visible("#index")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    has_scene(page, "alarms")
    assert "scene=alarms" in page.url
    page.reload()
    has_scene(page, "alarms")
    page.wait_for_selector("#load:visible")
    for scene in ("devices", "index", "overview", f"area:{small.units[0].street_id.rpartition('-')[0]}"):
        page.goto(f"{server.url}/wall?scene={scene}")
        has_scene(page, scene)
        page.wait_for_timeout(900)
        assert page.evaluate("() => document.querySelectorAll('#columns > :not([hidden]) .skeleton').length") == 0, (
            scene
        )
    assert seen.complaints == []


def test_two_screens_of_a_wall_show_different_scenes_and_go_on_by_themselves(serve, visit, small):
    server = serve()
    scenes = "scenes=overview,alarms,devices&seconds=5"
    pages = [visit(f"{server.url}/wall?{scenes}&screen={n}/2").page for n in (1, 2)]
    for page in pages:
        is_live(page)
    seen = [set(), set()]
    for _ in range(8):
        pages[0].wait_for_timeout(1500)
        now = [page.evaluate("() => window.sunshine.stage.scene") for page in pages]
        for scenes_of, scene in zip(seen, now, strict=True):
            scenes_of.add(scene)
    assert all(len(one) >= 2 for one in seen)
    assert pages[0].evaluate("() => window.sunshine.director.rotation.offset") == 0
    assert pages[1].evaluate("() => window.sunshine.director.rotation.offset") == 1


def test_an_alarm_of_the_first_level_takes_the_screen_until_somebody_has_it(serve, visit, small, database):
    server = serve()
    free, pinned = (visit(f"{server.url}/wall{query}").page for query in ("", "?scene=devices"))
    for page in (free, pinned):
        is_live(page)
    device = fridge_of(small)
    alarm = structs.replace(town.warm_fridge(device, CLOCK()), level=1)
    town.tell(database, [alarm])
    has_scene(free, f"incident:{device.unit_id}")
    has_text(free, "#event .event-words", "冷藏柜升温")
    pinned.wait_for_selector("#first-level:not([hidden])")
    assert pinned.evaluate("() => window.sunshine.stage.scene") == "devices"
    town.tell(database, [town.cooled(device, CLOCK())])
    has_scene(free, "overview")
    pinned.wait_for_selector("#first-level", state="hidden")


def test_a_server_that_restarts_finds_the_screen_in_its_scene(serve, visit, small):
    server = serve()
    page = visit(f"{server.url}/wall?scene=devices").page
    is_live(page)
    page.wait_for_selector("#kinds .online-row")
    server.kill()
    page.wait_for_selector("#link.is-stale")
    server.start()
    page.wait_for_selector("#link.is-live", timeout=10_000)
    has_text(page, KPI.format("units"), "300")
    assert page.evaluate("() => window.sunshine.stage.scene") == "devices"


def test_no_row_is_cut_and_nothing_scrolls_at_any_size(serve, visit, database):
    city = town.register(database, 600, cameras=False)
    town.tell(database, town.indices(city, CLOCK()) + town.mixed_alarms(city, CLOCK(), 80))
    server = serve()
    for width, height, query in ((1920, 1080, ""), (1366, 768, "&density=calm"), (5760, 1080, "")):
        page = visit(f"{server.url}/wall?scene=overview{query}", width, height).page
        page.wait_for_selector("#alarms .alarm")
        page.wait_for_timeout(800)
        cut = page.evaluate(
            """() => {
              const list = document.getElementById("alarm-list").getBoundingClientRect();
              return [...document.querySelectorAll(".alarm")].map((row) => row.getBoundingClientRect())
                .filter((row) => row.top < list.bottom - 2 && row.bottom > list.bottom + 2).length;
            }"""
        )
        size = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert (cut, size) == (0, [width, height])


def test_before_the_server_told_nothing_is_called_well(serve, visit, small):
    page = visit(f"{serve().url}/wall?scene=alarms").page
    is_live(page)
    has_text(page, "#longest", "今天没有未处置的预警")
    page.route_web_socket("**/socket.io/**", lambda socket: None)  # never answers
    page.reload()
    has_text(page, "#alarms-empty", "正在读取")
    has_text(page, "#longest", "正在读取")
    assert "没有未处置" not in page.text_content("#columns")


def test_a_screens_own_wall_keeps_its_session_by_itself(serve, visit, small, database):
    seen = visit(f"{serve().url}/wall", secret=signed_in(database, "screen", roles=("wall",)))
    seen.page.clock.install()
    seen.page.reload()
    is_live(seen.page)
    with seen.page.expect_request("**/session"):
        seen.page.clock.fast_forward(61 * 60_000)
    assert seen.page.query_selector("dialog") is None
