"""Boundaries by GeoJSON: on the page, by the command, by the API."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest

from bench import town

pytestmark = pytest.mark.browser

READY = "() => window.sunshine?.map?.isReady && window.sunshine.city.state.units.size"
SQUARE = [[[109.9, 39.7], [110.1, 39.7], [110.1, 39.9], [109.9, 39.9], [109.9, 39.7]]]

TOKEN = "a-token-of-the-tests-of-boundaries"


@pytest.fixture
def city(database):
    city = town.register(database, 60, cameras=False)
    town.tell(database, town.indices(city, datetime.now(UTC)))
    return city


def ready(page):
    page.wait_for_function(READY)
    page.wait_for_timeout(800)


def collection(rings, area="dongsheng"):
    geometry = {"type": "Polygon", "coordinates": rings}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"id": area}, "geometry": geometry}],
    }


def exchanged():
    return [[[y, x] for x, y in SQUARE[0]]]


def kept(database):
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT boundary FROM area WHERE id = 'dongsheng'").fetchone()[0]


def sunshine(database, *words):
    command = [sys.executable, "-m", "sunshine.cli", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "DATABASE_URL": database}, check=False
    )


def test_the_command_takes_a_file_whole_or_not_at_all_and_gives_it_back(database, city, tmp_path):
    before = kept(database)
    file = tmp_path / "new.geojson"
    file.write_text(json.dumps(collection(exchanged())))
    refused = sunshine(database, "import", "boundaries", file)
    assert refused.returncode != 0
    assert "exchanged" in refused.stdout + refused.stderr
    assert kept(database) == before
    file.write_text(json.dumps(collection(SQUARE)))
    assert sunshine(database, "import", "boundaries", file).returncode == 0
    assert kept(database)["coordinates"] == SQUARE
    out = tmp_path / "out.geojson"
    assert sunshine(database, "export", "boundaries", out).returncode == 0
    given = {one["properties"]["id"]: one["geometry"] for one in json.loads(out.read_text())["features"]}
    assert given["dongsheng"]["coordinates"] == SQUARE


def test_the_api_takes_a_file_and_the_map_draws_it(serve, visit, database, city):
    api = serve("api", API_TOKEN=TOKEN)

    def send(body):
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        return urlopen(Request(f"{api.url}/api/v1/import/boundaries", json.dumps(body).encode(), headers), timeout=20)

    before = kept(database)
    with pytest.raises(HTTPError) as refused:
        send(collection(exchanged()))
    assert refused.value.code == 422
    assert b"exchanged" in refused.value.read()
    assert kept(database) == before
    with send(collection(SQUARE)) as answer:
        assert answer.status == 200
    page = visit(f"{serve().url}/wall").page
    ready(page)
    drawn = page.evaluate("() => window.sunshine.map._areas.find(({ id }) => id === 'dongsheng').boundary.coordinates")
    assert drawn == SQUARE


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
