"""The map: every unit, areas with their figures, layers and their address, narrowing, search, boundaries."""

import json
import sqlite3
from datetime import UTC, datetime

import psycopg
import pytest

from bench import town

pytestmark = pytest.mark.browser

READY = "() => window.sunshine?.map?.isReady && window.sunshine.city.state.units.size"
SQUARE = [[[109.9, 39.7], [110.1, 39.7], [110.1, 39.9], [109.9, 39.9], [109.9, 39.7]]]


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
    shown = page.eval_on_selector_all("#map .area-name[data-area]:not(.is-away)", "nodes => nodes.map((node) => node.dataset.area)")
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


def test_boundaries_are_seen_before_they_are_saved_and_can_be_taken_back(serve, visit, city, database, tmp_path):
    def boundary():
        with psycopg.connect(database) as connection:
            return connection.execute("SELECT boundary FROM area WHERE id = 'dongsheng'").fetchone()[0]

    def write(rings):
        shape = {
            "type": "Feature",
            "properties": {"id": "dongsheng"},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        file = tmp_path / "new.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
        return file

    before = boundary()
    page = visit(f"{serve().url}/admin/areas").page
    ready(page)
    page.set_input_files("#areas input[type=file]", write([[[y, x] for x, y in SQUARE[0]]]))
    page.wait_for_function("() => document.querySelector('#areas .said').textContent.includes('exchanged')")
    page.set_input_files("#areas input[type=file]", write(SQUARE))
    page.wait_for_selector("#areas .deed")
    assert boundary() == before  # only seen so far
    page.click("#areas .deed >> nth=0")
    page.wait_for_function("() => window.sunshine.page._former")
    assert boundary()["coordinates"] == SQUARE
    page.click("#areas .deed >> nth=0")
    page.wait_for_function(
        "() => document.querySelectorAll('#areas .said p').length && !document.querySelector('#areas .busy')"
    )
    page.wait_for_timeout(500)
    assert boundary() == before


def test_tiles_come_from_a_local_file_and_its_rows_are_counted_from_the_south(serve, city, tmp_path):
    file = tmp_path / "city.mbtiles"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE metadata (name text, value text)")
        connection.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        connection.execute("INSERT INTO tiles VALUES (2, 1, 3, ?)", (b"\x89PNG north",))
    server = serve(TILE_URL=str(file))
    assert server.get("/tiles/2/1/0") == b"\x89PNG north"
    assert server.get("/tiles/2/1/3") == b""
