import pytest

from tests.small_registry import a_small_registry


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


NEW = {"id": "U000001-NEW", "unit_id": "U000001", "kind": "fridge_temp_humidity", "name": "新冷柜"}


def told(connection, device: str) -> list[tuple[str, str]]:
    query = "SELECT kind, unit_id FROM fact WHERE device_id = %s ORDER BY recorded_at, kind DESC"
    return connection.execute(query, (device,)).fetchall()


def test_a_device_is_bound_with_what_is_usual_for_its_kind(city, connection):
    answer = city.post("/devices", NEW)
    assert answer.status == 201
    assert (answer.json["name"], answer.json["interval_seconds"], answer.json["online"]) == ("新冷柜", 300, None)
    assert told(connection, "U000001-NEW") == [("device_registered", "U000001")]
    assert city.post("/devices", NEW).status == 200
    assert len(told(connection, "U000001-NEW")) == 1


def test_a_device_that_moves_leaves_one_unit_and_enters_the_other(city, connection):
    answer = city.ask("PATCH", "/api/v1/devices/U000001-FR1", {"unit_id": "U000002"})
    assert (answer.status, answer.json["unit_id"]) == (200, "U000002")
    assert answer.json["name"] == "1号冷藏柜"
    assert answer.json["aliases"] == [{"dialect": "zigbee2mqtt", "alias": "kitchen fridge"}]
    moves = told(connection, "U000001-FR1")[1:]
    assert sorted(moves) == [("device_registered", "U000002"), ("device_removed", "U000001")]


def test_other_names_are_replaced_and_belong_to_one_device(city):
    names = [{"dialect": "tasmota", "alias": "plug=1"}]
    answer = city.ask("PATCH", "/api/v1/devices/U000001-FR1", {"aliases": names})
    assert answer.json["aliases"] == names
    taken = city.post("/devices", {**NEW, "aliases": names})
    assert taken.status == 422
    assert "U000001-FR1" in taken.json["errors"][0]["reason"]


def test_a_device_that_is_taken_away_is_gone_and_may_come_back(city, connection):
    assert city.ask("DELETE", "/api/v1/devices/U000001-FR1").status == 204
    assert city.get("/devices/U000001-FR1").status == 404
    assert city.ask("DELETE", "/api/v1/devices/U000001-FR1").status == 404
    back = {"id": "U000001-FR1", "unit_id": "U000001", "kind": "fridge_temp_humidity"}
    assert city.post("/devices", back).status in (200, 201)
    assert city.get("/devices/U000001-FR1").status == 200
    kinds = [kind for kind, _ in told(connection, "U000001-FR1")]
    assert kinds == ["device_registered", "device_removed", "device_registered"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit_id": "U999999"}, "unit_id"),
        ({"kind": "toaster"}, "kind"),
        ({"id": "a/b"}, "id"),
        ({"interval_seconds": -1}, "interval_seconds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_bound(city, wrong, field):
    answer = city.post("/devices", {**NEW, **wrong})
    assert answer.status == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert city.get("/devices/U000001-NEW").status == 404


def test_a_missing_field_is_named(city):
    answer = city.post("/devices", {"id": "U000001-NEW", "kind": "smoke_alarm"})
    assert [error["field"] for error in answer.json["errors"]] == ["unit_id"]


def test_an_unknown_device_cannot_be_changed(city):
    assert city.ask("PATCH", "/api/v1/devices/NOBODY", {"name": "x"}).status == 404
