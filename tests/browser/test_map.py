"""The map: every unit, areas with their figures, layers and their address, narrowing, search, boundaries."""

import sqlite3
import struct
import zlib
from datetime import UTC, datetime

import psycopg
import pytest

from bench import town
from tests.browser.conftest import SECRETS
from tests.people import cookie, signed_in

pytestmark = pytest.mark.browser

READY = "() => window.sunshine?.map?.isReady && window.sunshine.city.state.units.size"


@pytest.fixture
def city(database):
    city = town.register(database, 300, cameras=False)
    now = datetime.now(UTC)
    fridge = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    town.tell(database, [*town.indices(city, now), town.warm_fridge(fridge, now, level=2)])
    with psycopg.connect(database) as connection:
        # One unit nobody has placed; the map must count it, and not draw it at 0, 0.
        connection.execute("UPDATE unit SET latitude = NULL, longitude = NULL WHERE id = %s", (city.units[-1].id,))
    return city


def banner_of(city, unit):
    parents = {area.id: area.parent_id for area in city.areas}
    street = next(one.street_id for one in city.units if one.id == unit)
    return parents[street]


def ready(page):
    page.wait_for_function(READY)
    page.wait_for_timeout(800)


def test_areas_tell_their_index_the_worst_alarm_and_how_many_are_open_and_no_label_lies_on_another(serve, visit, city):
    server = serve()
    fridge = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    for language in ("zh", "en"):
        seen = visit(f"{server.url}/wall?lang={language}")
        ready(seen.page)
        label = f'.area-name[data-area="{banner_of(city, fridge.unit_id)}"]'
        seen.page.wait_for_function(f"() => document.querySelector('{label} em').textContent === '1'")
        assert "diamond" in seen.page.get_attribute(f"{label} .shape", "class")
        boxes = seen.page.evaluate("() => window.sunshine.map.labels.boxes()")
        assert len(boxes) == 9
        meet = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]
                if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]  # fmt: skip
        assert meet == []
        assert seen.complaints == []


def test_a_unit_without_coordinates_is_counted_and_not_drawn(serve, visit, city):
    page = visit(f"{serve().url}/wall").page
    ready(page)
    assert page.is_visible("#map-nowhere")
    assert page.text_content("#map-nowhere").startswith("1 ")
    nowhere = city.units[-1].id
    assert page.evaluate("(id) => window.sunshine.map.units.latLng(id)", nowhere) is None
    assert page.evaluate("() => window.sunshine.map.units.count()") == 300


def test_layers_and_codes_are_in_the_address_and_open_again_from_it(serve, visit, city):
    server = serve()
    page = visit(f"{server.url}/wall").page
    ready(page)
    page.click("#map-layers .open")
    page.focus('#map-layers input[name="heat"]')
    page.keyboard.press("Space")
    page.click("#map-layers .code >> nth=3")  # green
    page.wait_for_function("() => location.search.includes('heat')")
    address = page.url
    assert "green" not in address.split("codes=")[1]
    again = visit(address).page
    ready(again)
    assert again.evaluate("() => window.sunshine.map.layers()") == ["units", "alarms", "heat"]
    assert again.is_visible(".sign.is-heat")
    green = "() => window.sunshine.map.units.visible(9999).map(([id]) => window.sunshine.map.units.colourOf(id))"
    assert "green" not in again.evaluate(green)


def test_narrowing_dims_what_lies_outside_and_names_the_streets(serve, visit, city):
    page = visit(f"{serve().url}/wall").page
    ready(page)
    page.evaluate("() => window.sunshine.map.narrow('dongsheng', false)")
    page.wait_for_timeout(800)
    inside = page.evaluate("() => window.sunshine.map._inside.reduce((sum, one) => sum + one, 0)")
    assert inside == sum(banner_of(city, unit.id) == "dongsheng" for unit in city.units)
    shown = page.eval_on_selector_all(
        "#map .area-name[data-area]:not(.is-away)", "nodes => nodes.map((node) => node.dataset.area)"
    )
    assert shown
    assert all(area.startswith("dongsheng-") for area in shown)


def test_search_finds_a_street_with_the_keyboard_and_offers_it_again(serve, visit, city):
    page = visit(f"{serve().url}/wall").page
    ready(page)
    street = next(area for area in city.areas if area.kind == "street")
    page.fill("#search-box", street.name)
    page.wait_for_selector("#search-results [role=option]")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => window.sunshine.map._area === '{street.id}'")
    page.click("#search-box")
    assert street.name in page.text_content("#search-results")
    page.fill("#search-box", "there is no such thing")
    page.wait_for_selector("#search-results .none")


def dots_under(page, code):
    """How many labels lie on a dot of this code."""
    return page.evaluate(
        """(code) => {
          const { units, labels } = window.sunshine.map;
          const red = units.visible(99999).filter(([id]) => units.colourOf(id) === code);
          const under = ([l, t, r, b]) => red.some(([, x, y]) => x > l && x < r && y > t && y < b);
          return labels.boxes().filter(under).length;
        }""",
        code,
    )


def test_a_label_hides_no_red_unit(serve, visit, city):
    page = visit(f"{serve().url}/wall").page
    ready(page)
    # Red units right in the middle of every banner's label.
    middles = page.evaluate("() => window.sunshine.map.labels.spots('banner').map(({ lat, lng }) => [lat, lng])")
    assert len(middles) == 9
    page.evaluate(
        """(middles) => {
          const { sunshine: { map, city: { state } } } = window;
          const changed = { units: new Set() };
          middles.forEach(([lat, lng], row) => {
            map._data.latitude[row] = Math.round(lat * 1e5);
            map._data.longitude[row] = Math.round(lng * 1e5);
            const id = map._data.ids[row];
            state.units.set(id, { ...state.units.get(id), colour: "red" });
            changed.units.add(id);
          });
          map.units.setUnits(map._data);
          map.frame(changed, state);
          map.labels.arrange();
        }""",
        middles,
    )
    page.wait_for_timeout(300)
    assert dots_under(page, "red") == 0


def test_a_kitchen_sees_its_own_unit_and_not_the_whole_land(serve, visit, city, database):
    unit = city.units[0]
    secret = signed_in(database, "kitchen", roles=("kitchen",), areas=(), units=(unit.id,))
    page = visit(f"{serve().url}/", secret=secret).page
    page.wait_for_selector(".leaflet-unit-names-pane span", timeout=20000)
    assert page.text_content(".unit-names span")
    assert page.is_hidden("#map-message")


def test_no_units_are_said_to_be_none(serve, visit, database):
    seen = visit(f"{serve().url}/wall?lang=en")
    seen.page.wait_for_selector("#map-message:not([hidden])")
    assert seen.complaints == []


def test_fingers_move_the_map_and_take_a_unit(serve, browser, city, database):
    server = serve()
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_cookies([cookie(SECRETS[server.url], server.url)])
    page = context.new_page()
    unit = city.units[0]
    page.goto(f"{server.url}/wall?scene=map")
    ready(page)
    page.evaluate(
        "([lat, lng]) => window.sunshine.map.map.setView([lat, lng], 16, { animate: false })",
        [unit.latitude, unit.longitude],
    )
    page.wait_for_timeout(500)
    before = page.evaluate("() => window.sunshine.map.map.getCenter().lng")
    chromium = context.new_cdp_session(page)
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6
    touch(chromium, "touchStart", (x, y))
    for step in range(1, 6):
        touch(chromium, "touchMove", (x - 12 * step, y))
    touch(chromium, "touchEnd")
    page.wait_for_function("(before) => window.sunshine.map.map.getCenter().lng > before", arg=before)
    zoom = page.evaluate("() => window.sunshine.map.map.getZoom()")
    touch(chromium, "touchStart", (x - 60, y), (x + 60, y))
    for step in range(1, 6):
        touch(chromium, "touchMove", (x - 60 + 8 * step, y), (x + 60 - 8 * step, y))
    touch(chromium, "touchEnd")
    page.wait_for_function("(before) => window.sunshine.map.map.getZoom() < before", arg=zoom)
    page.evaluate(
        "(id) => window.sunshine.map.map.setView(window.sunshine.map.units.latLng(id), 16, { animate: false })", unit.id
    )
    page.wait_for_timeout(600)
    at = page.evaluate(
        "(id) => window.sunshine.map.map.latLngToContainerPoint(window.sunshine.map.units.shownAt(id))", unit.id
    )
    page.touchscreen.tap(box["x"] + at["x"], box["y"] + at["y"])
    page.wait_for_function("() => window.sunshine.map._chosenId")
    context.close()


def touch(chromium, kind, *points):
    places = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
    chromium.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def picture():
    """A light tile of 1 x 1 pixel."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xf0\xf0\xf0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_tiles_of_a_local_file_lie_under_the_units_darkened_and_name_their_source(serve, visit, city, tmp_path):
    file = tmp_path / "city.mbtiles"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE metadata (name text, value text)")
        connection.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        for zoom in range(6, 10):
            x = int((110 + 180) / 360 * 2**zoom)
            rows = [(zoom, column, row, picture()) for column in range(x - 3, x + 4) for row in range(2**zoom)]
            connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        connection.execute("INSERT INTO tiles VALUES (2, 1, 3, ?)", (picture(),))
    server = serve(TILE_URL=str(file), TILE_ATTRIBUTION="Survey of Ordos")
    assert server.get("/tiles/2/1/0") == picture()  # rows of the file are counted from the south
    assert server.get("/tiles/2/1/3") == b""
    for theme, filtered in (("dark", True), ("light", False)):
        seen = visit(f"{server.url}/?theme={theme}")
        seen.page.wait_for_selector("#map img.leaflet-tile-loaded", state="attached", timeout=20000)
        assert "Survey of Ordos" in seen.page.text_content(".leaflet-control-attribution")
        look = "() => getComputedStyle(document.querySelector('#map .leaflet-tile-pane')).filter"
        assert ("invert" in seen.page.evaluate(look)) is filtered
        assert seen.complaints == []
