import json

import pytest
from psycopg_pool import ConnectionPool

from streaming.questions import answer


@pytest.fixture
def pool(database):
    with ConnectionPool(database, min_size=1, max_size=1, timeout=1) as pool:
        yield pool


def test_what_is_found_travels_as_json_that_no_browser_keeps(pool):
    response = answer(pool, lambda connection: connection.execute("SELECT '烧麦'").fetchone())
    assert (response.status_code, json.loads(response.data)) == (200, ["烧麦"])
    assert response.headers["Cache-Control"] == "no-store"


def test_bytes_travel_as_they_are(pool):
    response = answer(pool, lambda connection: b"\x00\x01", "application/octet-stream")
    assert (response.data, response.content_type) == (b"\x00\x01", "application/octet-stream")


def test_a_text_that_no_database_can_hold_is_found_nowhere(pool):
    response = answer(pool, lambda connection: connection.execute("SELECT %s::text", ("a\x00b",)).fetchone())
    assert response.status_code == 404


def test_a_database_that_is_away_is_said_to_be():
    with ConnectionPool("postgresql://postgres@127.0.0.1:1/none", min_size=0, max_size=1, timeout=0.2) as away:
        assert answer(away, lambda connection: None).status_code == 503
