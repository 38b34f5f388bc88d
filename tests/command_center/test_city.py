"""What the wall asks the database for."""

import struct
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bench import town
from command_center import city
from command_center.limits import limits
from command_center.reasons import move, reasons
from scoring.index import FoodSafetyIndex
from scoring.rules import defaults
from streaming.events import LicenceRecorded, RatingGiven, SelfInspectionDone

NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)


@pytest.fixture
def small(database):
    return town.register(database, 60, cameras=False)


def test_units_travel_as_counts_coordinates_colours_streets_and_ids(connection, small):
    connection.execute("UPDATE unit SET latitude = NULL WHERE id = %s", (small.units[1].id,))
    raw = city.units(connection)
    count, id_bytes, street_bytes = struct.unpack_from("<III", raw)
    latitudes = struct.unpack_from(f"<{count}i", raw, 12)
    ids = 12 + 11 * count
    assert count == 60 and len(raw) == ids + id_bytes + street_bytes
    assert raw[ids : ids + id_bytes].decode().split("\n") == sorted(unit.id for unit in small.units)
    streets = raw[ids + id_bytes :].decode().split("\n")
    (lies_in,) = struct.unpack_from("<H", raw, 12 + 9 * count)
    assert streets[lies_in] == small.units[0].street_id
    assert latitudes[0] == round(small.units[0].latitude * 1e5)
    assert latitudes[1] == city.NOWHERE


def test_a_unit_is_found_by_name_by_id_and_by_the_id_of_a_device(connection, small):
    unit, device = small.units[3], small.devices[0]
    assert city.search(connection, unit.name)[0]["name"] == unit.name
    assert city.search(connection, unit.id.lower())[0]["id"] == unit.id
    found = city.search(connection, device.id)
    assert (found[0]["id"], found[0]["device"]) == (device.unit_id, device.id)


def test_signs_of_the_query_language_are_searched_for_as_they_are(connection, small):
    assert city.search(connection, "%") == [] and city.search(connection, "_") == []


def test_the_last_values_of_a_metric_come_oldest_first(connection, small):
    device, now = small.devices[0].id, datetime.now(UTC).replace(microsecond=0)
    connection.execute("INSERT INTO metric (key) VALUES ('temperature') ON CONFLICT DO NOTHING")
    for minutes in range(70):
        connection.execute(
            "INSERT INTO reading (device_no, metric_no, at, value) SELECT device.no, metric.no, %s, %s"
            "  FROM device, metric WHERE device.id = %s AND metric.key = 'temperature'",
            (now - timedelta(minutes=minutes), minutes, device),
        )
    key = f"{device}|temperature"
    found = city.history(connection, [key, "nobody|temperature", key], now - timedelta(days=1))
    assert found["nobody|temperature"] == []
    assert [value for _, value in found[key]] == list(range(59, -1, -1))
    assert found[key][-1][0] == round(now.timestamp() * 1000)


def test_names_come_with_the_hours_that_decide_which_limits_count(connection, small):
    mine, other = small.units[0].id, small.units[1].id
    connection.execute("UPDATE unit SET opens_at = '16:30', closes_at = '02:00' WHERE id = %s", (mine,))
    connection.execute("UPDATE unit SET opens_at = NULL, closes_at = NULL WHERE id = %s", (other,))
    names = city.names(connection)
    assert names[mine][2:] == [small.units[0].business_type, 16 * 60 + 30, 2 * 60]
    assert names[other][3:] == [None, None]


def test_a_limit_says_when_it_counts():
    found = limits(defaults())
    assert found["fridge_temp_humidity"]["temperature"][""] == [{"when": "always", "low": 0, "high": 8}]
    assert [rule["when"] for rule in found["room_temp_humidity"]["temperature"][""]] == ["working_hours"]
    assert {rule["when"] for rule in found["rat_guard"]["displacement"][""]} == {"working_hours", "closed_hours"}


def test_what_moved_the_index_last_is_told_with_the_indicators_that_went_the_same_way():
    moved = [
        {"indicator": "cold_chain", "before": 9.0, "after": 6.1},
        {"indicator": "ratings", "before": 5.0, "after": 5.6},
        {"indicator": "inspections", "before": None, "after": 1.0},
    ]
    told = move({"previous": 92.13, "total": 89.84, "moved": moved})
    assert told == {"before": 92.1, "after": 89.8, "by": [{"key": "cold_chain", "points": -2.9}]}
    assert move({"previous": 92.13, "total": 92.14, "moved": moved}) is None
    assert move({"previous": None, "total": 80.0}) is None and move(None) is None


def test_a_closed_unit_has_no_file(connection, small):
    unit = small.units[0].id
    assert city.unit_file(connection, unit)["id"] == unit
    connection.execute("UPDATE unit SET status = 'closed' WHERE id = %s", (unit,))
    assert city.unit_file(connection, unit) is None


def test_reasons_name_what_cost_most_first_and_leave_out_what_cost_nothing():
    index = FoodSafetyIndex()
    index.apply(LicenceRecorded(unit="U1", at=NOON, licence="food_license", number="1", expires_on=NOON.date()))
    index.apply(SelfInspectionDone(unit="U1", at=NOON, round="daily_control", on_time=False))
    index.apply(RatingGiven(unit="U1", at=NOON, stars=3))
    result = msgspec.to_builtins(index.score("U1", NOON + timedelta(hours=1)))
    found = reasons(result)
    lost = [row["lost"] for row in found if row["lost"] is not None]
    assert "self_inspection_on_time" in [row["key"] for row in found]
    assert lost == sorted(lost, reverse=True) and min(lost) > 0
    assert "licences" not in [row["key"] for row in found]


def test_without_a_result_there_is_no_reason():
    assert reasons(None) == []
