import json

import pytest

from tests.small_registry import a_small_registry

RATING = {"kind": "rating_given", "unit": "U000001", "stars": 4, "at": "2026-06-18T12:00:00+08:00"}
READING = {"kind": "reading_taken", "device": "U000001-FR1", "metric": "temperature", "value": 4.2,
           "at": "2026-06-18T12:00:00+08:00"}  # fmt: skip


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


def stored(connection, kind: str) -> int:
    return connection.execute("SELECT count(*) FROM fact WHERE kind = %s", (kind,)).fetchone()[0]


def readings(connection) -> list:
    return connection.execute("SELECT value FROM reading").fetchall()


def test_the_same_id_twice_is_stored_once(city, connection):
    first, again = (city.post("/events", {**RATING, "id": "R-1"}) for _ in range(2))
    assert (first.status, first.json["ids"], first.json["duplicates"]) == (201, ["R-1"], [])
    assert (again.status, again.json["ids"], again.json["duplicates"]) == (200, [], ["R-1"])
    assert stored(connection, "rating_given") == 1


def test_a_fact_without_an_id_is_named_after_what_it_says(city, connection):
    first, again = city.post("/events", RATING).json, city.post("/events", RATING).json
    other = city.post("/events", {**RATING, "stars": 5}).json
    assert first["ids"] == again["duplicates"] != other["ids"]
    assert stored(connection, "rating_given") == 2


def test_a_reading_needs_no_unit_and_lands_in_the_database(city, connection):
    answer = city.post("/events", READING)
    assert answer.status == 201
    assert readings(connection) == [(4.2,)]
    assert city.post("/events", READING).json["duplicates"] == answer.json["ids"]
    assert readings(connection) == [(4.2,)]


def test_a_reading_of_an_unknown_device_is_kept_aside_with_its_reason(city, connection):
    answer = city.post("/events", {**READING, "device": "U000001-NEW"})
    assert (answer.status, answer.json["ids"]) == (200, [])
    assert answer.json["quarantined"][0]["reason"] == "unknown_device"
    (kept,) = city.get("/quarantine?reason=unknown_device").json["items"]
    assert json.loads(kept["payload"])["device"] == "U000001-NEW"
    assert readings(connection) == []


@pytest.mark.parametrize(
    ("wrong", "field", "value"),
    [
        ({"stars": "four"}, "stars", "four"),
        ({"at": "now"}, "at", "now"),
        ({"at": "2026-06-18T12:00:00"}, "at", "2026-06-18T12:00:00"),
        ({"at": 1e300}, "at", 1e300),
        ({"kind": "weather"}, "kind", "weather"),
        ({"kind": "alarm_raised"}, "kind", "alarm_raised"),
        ({"unit": "U999999"}, "unit", "U999999"),
        ({"unit": "U0\u0000"}, "unit", "U0\u0000"),
        ({"star": 4}, "star", 4),
        ({"id": "x" * 201}, "id", "x" * 100),
    ],
)
def test_one_wrong_event_refuses_the_list_and_is_named(city, connection, wrong, field, value):
    answer = city.post("/events", [RATING, {**RATING, **wrong}])
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert (error["index"], error["field"], error["value"]) == (1, field, value)
    assert error["reason"]
    assert stored(connection, "rating_given") == 0


def test_a_unit_that_is_not_the_devices_is_refused(city, connection):
    answer = city.post("/events", [READING, {**READING, "unit": "U000002"}])
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert (error["index"], error["field"], error["value"]) == (1, "unit", "U000002")
    assert "U000001" in error["reason"]
    assert readings(connection) == []
    assert city.post("/events", {**READING, "unit": "U000001"}).status == 201


def test_another_value_under_another_id_is_a_conflict_that_can_be_looked_up(city, connection):
    city.post("/events", {**READING, "id": "a"})
    answer = city.post("/events", {**READING, "id": "b", "value": 9.9})
    assert (answer.status, answer.json["duplicates"]) == (200, [])
    (conflict,) = answer.json["quarantined"]
    assert (conflict["id"], conflict["reason"]) == ("b", "conflict")
    for query in ("device=U000001-FR1", "reason=conflict", "device=native:U000001-FR1"):
        (kept,) = city.get(f"/quarantine?{query}").json["items"]
        assert (kept["topic"], json.loads(kept["payload"])["value"]) == ("POST /api/v1/events", 9.9)
    assert city.get("/quarantine?device=U000002-SM1").json["items"] == []
    assert readings(connection) == [(4.2,)]


def test_a_missing_field_is_named(city):
    (error,) = city.post("/events", {"kind": "rating_given", "unit": "U000001"}).json["errors"]
    assert (error["field"], error["reason"]) == ("stars", "this field is needed")


@pytest.mark.parametrize("body", ["", "{", "[1,", '{"kind": NaN}', b"\xff\xfe", "[" * 100_000])
def test_what_is_not_json_is_a_problem_not_an_error_of_ours(city, body):
    assert city.post("/events", body).status == 400


@pytest.mark.parametrize("body", ["1", "null", '"x"', "[[]]"])
def test_json_that_is_no_event_is_refused(city, body):
    assert city.post("/events", body).status == 422


def test_more_than_eight_megabytes_are_refused(city):
    answer = city.post("/events", b" " * (8 * 1024 * 1024 + 1))
    assert answer.status == 413


def test_milliseconds_are_a_time(city):
    assert city.post("/events", {**RATING, "at": 1781755200000, "id": "ms"}).status == 201
    (fact,) = city.get("/units/U000001/timeline?kind=rating_given").json["items"]
    assert fact["at"] == "2026-06-18T12:00:00+08:00"


def test_what_cannot_be_text_in_the_quarantine_comes_as_base64(city, connection):
    connection.execute(
        "INSERT INTO quarantine (received_at, source, topic, payload, payload_size, reason, detail)"
        " VALUES (now(), 'mqtt', 't', '\\xff00', 2, 'bad_utf8', 'not UTF-8')"
    )
    (kept,) = city.get("/quarantine").json["items"]
    assert (kept["payload"], kept["payload_base64"]) == (None, "/wA=")
