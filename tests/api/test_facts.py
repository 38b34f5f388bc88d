"""One fact by its id, as an index names it."""

import pytest

from tests.small_registry import a_small_registry

READING = {"kind": "reading_taken", "device": "U000001-FR1", "metric": "temperature", "value": 4.2,
           "at": "2026-06-18T12:00:00.250+08:00"}  # fmt: skip
NAME = "reading:U000001-FR1:temperature:1781755200250"


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


def test_a_reading_is_found_by_the_id_that_its_list_gives(city):
    city.post("/events", READING)
    path = "/devices/U000001-FR1/readings?from=2026-06-18T00:00:00Z&to=2026-06-19T00:00:00Z"
    (row,) = city.get(path).json["items"]
    assert row["id"] == NAME
    answer = city.get(f"/facts/{NAME}")
    assert (answer.json["id"], answer.json["kind"], answer.json["unit_id"]) == (NAME, "reading_taken", "U000001")
    assert answer.json["body"]["value"] == 4.2
    assert city.get(f"/facts/{NAME}", If_None_Match=answer.headers["etag"]).status == 304


def test_a_reading_is_found_by_the_id_it_was_posted_under(city):
    city.post("/events", {**READING, "id": "till/7"})
    fact = city.get("/facts/till/7").json
    assert (fact["id"], fact["device_id"], fact["body"]["value"]) == ("till/7", "U000001-FR1", 4.2)


def test_names_with_colons_are_found(city):
    city.post("/events", {**READING, "metric": "probe:2:temperature"})
    assert city.get("/facts/reading:U000001-FR1:probe:2:temperature:1781755200250").json["body"]["value"] == 4.2


def test_another_fact_is_found_by_its_id(city):
    (id,) = city.post("/events", {"kind": "rating_given", "unit": "U000001", "stars": 4}).json["ids"]
    fact = city.get(f"/facts/{id}").json
    assert (fact["kind"], fact["unit_id"], fact["body"]["stars"]) == ("rating_given", "U000001", 4)
    assert fact["recorded_at"]


@pytest.mark.parametrize("id", ["nobody", "reading:", "reading:a:b:c", "reading:U000001-FR1:temperature:1",
                                "reading:U000001-FR1:temperature:" + "9" * 30, "reading:::1"])  # fmt: skip
def test_what_is_no_fact_is_not_found(city, id):
    assert city.get(f"/facts/{id}").status == 404
