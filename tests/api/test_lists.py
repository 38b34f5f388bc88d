import gzip
import json
from datetime import timedelta

import pytest

from tests.judged_city import a_heard_device, a_judged_unit, an_alarm
from tests.small_registry import NOON, UNITS, a_small_registry, imported


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


def ids(answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [item["id"] for item in answer.json["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["U000001", "U000002"]),
        ("area=ordos", ["U000001", "U000002"]),
        ("area=dongsheng", ["U000001"]),
        ("area=kangbashi-s01", ["U000002"]),
        ("area=dongsheng-s02", []),
        ("type=school", ["U000002"]),
        ("colour=green", ["U000001"]),
        ("colour=none", ["U000002"]),
        ("q=烧麦", ["U000001"]),
        ("q=SHAOMAI", ["U000001"]),
        ("q=37341l", ["U000001"]),
        ("q=u000002", ["U000002"]),
        ("q=%25", []),
    ],
)
def test_units_are_found_by_area_type_colour_and_words(city, connection, query, found):
    a_judged_unit(connection)
    assert ids(city.get(f"/units?{query}")) == found


def test_a_unit_shows_its_judgement_and_its_licences(city, connection):
    a_judged_unit(connection)
    unit = city.get("/units/U000001").json
    assert (unit["index"], unit["colour"], unit["grade"], unit["coverage"]) == (87.4, "green", "good", 0.8)
    assert unit["as_of"] == "2026-06-18T12:00:00+08:00"
    assert {one["kind"]: one["expires_on"] for one in unit["licences"]} == {
        "business_license": None,
        "food_license": "2029-02-28",
    }
    assert "phone" not in unit and "legal_person" not in unit


def test_a_unit_that_was_never_judged_has_no_index_rather_than_zero(city):
    unit = city.get("/units/U000002").json
    assert (unit["index"], unit["colour"], unit["coverage"], unit["as_of"]) == (None, "none", None, None)
    assert unit["licence_state"] == "missing"


def test_pages_stay_right_when_units_come_in_between(city, connection):
    header = UNITS.splitlines()[0]
    more = "".join(f"U00001{n},店{n},,,small,dongsheng-s01,,,,,,,\n" for n in range(5))
    imported(connection, "units", f"{header}\n{more}")
    first = city.get("/units?limit=3").json
    imported(connection, "units", f"{header}\nU000000,新店,,,small,dongsheng-s01,,,,,,,\n")
    seen, cursor = [one["id"] for one in first["items"]], first["next"]
    while cursor:
        page = city.get(f"/units?limit=3&cursor={cursor}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == ["U000001", "U000002", "U000010", "U000011", "U000012", "U000013", "U000014"]


def test_geojson_has_a_point_for_every_unit(city, connection):
    a_judged_unit(connection)
    answer = city.get("/units.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    first = answer.json["features"][0]
    assert (first["id"], first["geometry"]["coordinates"], first["properties"]["index"]) == (
        "U000001",
        [110, 39.82],
        87.4,
    )


def test_the_index_names_the_facts_behind_it_as_it_stood_at_a_moment(city, connection):
    a_judged_unit(connection)
    now = city.get("/units/U000001/index").json
    assert now["total"] == 87.4
    assert now["indicators"][0]["facts"] == ["reading:U000001-FR1:temperature:1"]
    before = city.get("/units/U000001/index?at=2026-06-18T03:59:59Z").json
    assert (before["total"], before["as_of"], before["indicators"]) == (None, None, [])


def test_the_timeline_is_newest_first_and_pages(city):
    for day in (3, 1, 2):
        event = {"kind": "rating_given", "unit": "U000001", "stars": day, "at": f"2026-06-0{day}T12:00:00+08:00"}
        assert city.post("/events", event).status == 201
    first = city.get("/units/U000001/timeline?kind=rating_given&limit=2").json
    second = city.get(f"/units/U000001/timeline?kind=rating_given&limit=2&cursor={first['next']}").json
    assert [one["body"]["stars"] for one in first["items"] + second["items"]] == [3, 2, 1]
    bounded = city.get("/units/U000001/timeline?from=2026-06-02T00:00:00Z&to=2026-06-02T23:00:00Z").json
    assert [one["body"]["stars"] for one in bounded["items"]] == [2]


def test_a_device_shows_its_last_readings_with_their_times_and_its_age(city, connection):
    a_heard_device(connection, temperature=4.25, humidity=61)
    device = city.get("/devices/U000001-FR1").json
    assert device["readings"] == [
        {"metric": "humidity", "value": 61, "unit": "%", "at": "2026-06-18T12:00:00+08:00"},
        {"metric": "temperature", "value": 4.25, "unit": "°C", "at": "2026-06-18T12:00:00+08:00"},
    ]
    assert device["online"] is True and device["age_seconds"] is not None
    assert device["aliases"] == [{"dialect": "zigbee2mqtt", "alias": "kitchen fridge"}]
    assert len(device["presence"]) == 7


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unit=U000001", ["U000001-CAM1", "U000001-FR1"]),
        ("kind=smoke_alarm", ["U000002-SM1"]),
        ("family=camera", ["U000001-CAM1"]),
        ("online=true", ["U000001-FR1"]),
        ("area=kangbashi", ["U000002-SM1"]),
    ],
)
def test_devices_are_found_by_unit_kind_family_state_and_area(city, connection, query, found):
    a_heard_device(connection)
    assert ids(city.get(f"/devices?{query}")) == found


def test_time_online_is_summed_by_day(city, connection):
    connection.execute(
        "INSERT INTO device_presence (device_id, since, until) VALUES"
        " ('U000001-FR1', now() - interval '30 hours', now() - interval '29 hours'),"
        " ('U000001-FR1', now() - interval '20 days', now() - interval '10 days')"
    )
    presence = city.get("/devices/U000001-FR1").json["presence"]
    assert sum(day["online_seconds"] for day in presence) == pytest.approx(3600)


def test_readings_come_single_or_in_buckets(city):
    for minute in range(10):
        event = {"kind": "reading_taken", "device": "U000001-FR1", "metric": "temperature", "value": minute,
                 "at": f"2026-06-18T12:0{minute}:00+08:00"}  # fmt: skip
        assert city.post("/events", event).status == 201
    stretch = "metric=temperature&from=2026-06-18T04:00:00Z&to=2026-06-18T05:00:00Z"
    first = city.get(f"/devices/U000001-FR1/readings?{stretch}&limit=6").json
    second = city.get(f"/devices/U000001-FR1/readings?{stretch}&limit=6&cursor={first['next']}").json
    assert [one["value"] for one in first["items"] + second["items"]] == list(range(10))
    assert first["unit"] == "°C"
    buckets = city.get(f"/devices/U000001-FR1/readings?{stretch}&bucket=5m").json["items"]
    assert [(one["min"], one["max"], one["avg"], one["count"]) for one in buckets] == [(0, 4, 2, 5), (5, 9, 7, 5)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A3", "A2", "A1"]),
        ("state=open", ["A2", "A1"]),
        ("state=active", ["A2", "A1"]),
        ("state=cleared", ["A3"]),
        ("level=1", ["A2"]),
        ("area=dongsheng", ["A3", "A2", "A1"]),
        ("area=kangbashi", []),
        ("unit=U000002", []),
    ],
)
def test_alarms_are_found_by_state_level_area_and_unit_newest_first(city, connection, query, found):
    an_alarm(connection, "A1")
    an_alarm(connection, "A2", minutes=1, level=1)
    an_alarm(connection, "A3", minutes=2, state="cleared", cleared_at=NOON + timedelta(minutes=3))
    assert ids(city.get(f"/alarms?{query}")) == found


def test_taking_charge_of_an_alarm_is_a_fact_that_only_one_can_make(city, connection):
    an_alarm(connection)
    first = city.post("/alarms/A1/acknowledge", {"by": "李四", "comment": "门没关"})
    second = city.post("/alarms/A1/acknowledge", {"by": "王五"})
    assert (first.status, second.status) == (200, 409)
    ((body,),) = connection.execute("SELECT body FROM fact WHERE kind = 'alarm_acknowledged'").fetchall()
    assert (body["alarm"], body["by"], body["comment"]) == ("A1", "李四", "门没关")


def test_a_cleared_alarm_cannot_be_taken_charge_of(city, connection):
    an_alarm(connection, state="cleared")
    assert city.post("/alarms/A1/acknowledge", {"by": "李四"}).status == 409


def test_a_camera_shows_its_last_fault_and_honestly_has_no_picture(city, connection):
    a_heard_device(connection, "U000001-CAM1", online=False)
    an_alarm(connection, device_id="U000001-CAM1", rule="alarm/camera/covered", metric=None)
    (camera,) = city.get("/cameras").json["items"]
    assert (camera["id"], camera["online"], camera["last_fault"]["fault"]) == ("U000001-CAM1", False, "covered")
    picture = city.get("/cameras/U000001-CAM1/snapshot.jpg")
    assert picture.status == 404
    assert "no picture" in picture.json["detail"]


def test_the_city_is_counted_and_what_is_not_known_is_null(city, connection):
    a_judged_unit(connection)
    a_heard_device(connection)
    an_alarm(connection, level=1)
    strip = city.get("/city").json
    assert (strip["units"], strip["devices"], strip["cameras"]) == (2, 2, 1)
    assert (strip["devices_online"], strip["cameras_online"], strip["online_rate"]) == (1, None, 0.3333)
    assert strip["units_by_colour"] == {"green": 1, "blue": 0, "yellow": 0, "red": 0, "none": 1}
    assert strip["alarms_open"] == {"1": 1, "2": 0, "3": 0, "4": 0}
    assert (strip["index_mean"], strip["rectification_rate"]) == (87.4, None)
    dongsheng, kangbashi = strip["areas"]
    assert (dongsheng["index"], dongsheng["worst"], dongsheng["open_alarms"]) == (87.4, 1, 1)
    assert (kangbashi["index"], kangbashi["worst"], kangbashi["online_rate"]) == (None, None, None)


def test_areas_come_after_the_ones_they_lie_in(city):
    assert ids(city.get("/areas")) == [
        "ordos", "dongsheng", "dongsheng-s01", "dongsheng-s02", "kangbashi", "kangbashi-s01",
    ]  # fmt: skip
    assert ids(city.get("/areas?area=dongsheng&kind=street")) == ["dongsheng-s01", "dongsheng-s02"]


def test_who_has_a_thing_already_gets_304_until_it_changes(city, connection):
    first = city.get("/units/U000001")
    again = city.get("/units/U000001", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    a_judged_unit(connection)
    assert city.get("/units/U000001", If_None_Match=first.headers["etag"]).status == 200


def test_a_large_answer_is_compressed_for_who_can_read_it(city):
    plain, small = city.get("/areas"), city.get("/areas", Accept_Encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(small.body)) == plain.json
