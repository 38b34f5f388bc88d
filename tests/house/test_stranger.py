"""What a stranger does in the first five minutes, with the tools a stranger has."""

import json
import re
import time
import urllib.error
import uuid
from datetime import UTC, datetime

import psycopg
import pytest
import socketio

from tests.house.conftest import House, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture(scope="module")
def fridge(house: House) -> dict:
    """A refrigerator of our own in a kitchen of the city, so that the simulated one does not answer in between."""

    def fridges() -> list[dict]:
        return house.get("/api/v1/devices?kind=fridge_temp_humidity&limit=1")["items"]

    (neighbour,) = eventually(fridges, 60)  # the city registers its devices after its units
    device = {"id": f"{neighbour['unit_id']}-MINE", "unit_id": neighbour["unit_id"], "kind": "fridge_temp_humidity",
              "name": "我的冷柜", "room": "kitchen"}  # fmt: skip
    house.send("POST", "/api/v1/devices", device)
    return device


def telemetry(device: dict) -> str:
    return f"sunshine/v1/{device['unit_id']}/{device['id']}/telemetry"


def alarms_of(house: House, device: dict, state: str = "open") -> list[dict]:
    items = house.get(f"/api/v1/alarms?unit={device['unit_id']}&state={state}&limit=200")["items"]
    return [alarm for alarm in items if alarm["device_id"] == device["id"]]


def test_a_reading_is_in_the_database_at_the_api_in_prometheus_and_in_the_live_frames(house, fridge):
    frames: list[dict] = []
    client = socketio.Client()
    client.on("frame", frames.append, namespace="/live")
    client.connect(house.url("web", ""), namespaces=["/live"], transports=["websocket"])
    client.emit("watch", {"scope": f"unit:{fridge['unit_id']}"}, namespace="/live")
    time.sleep(1)  # the snapshot comes first

    house.publish(telemetry(fridge), {"temperature": 4.25})

    def shown() -> bool:
        return any(row[0] == fridge["id"] and row[2] == 4.25 for frame in frames for row in frame.get("readings", []))

    assert eventually(shown, 10)
    client.disconnect()

    def at_the_api() -> bool:
        readings = house.get(f"/api/v1/devices/{fridge['id']}")["readings"]
        return "4.25" in json.dumps(readings)

    assert eventually(at_the_api, 10)
    pattern = rf'sunshine_reading{{.*device="{fridge["id"]}".*}} 4\.25'
    assert eventually(lambda: re.search(pattern, house.text("/metrics")), 10)
    with psycopg.connect(house.settings.database) as connection:
        stored = connection.execute(
            "SELECT value FROM reading JOIN device ON device.no = reading.device_no WHERE device.id = %s",
            (fridge["id"],),
        ).fetchall()
    assert stored == [(4.25,)]


def test_a_warm_refrigerator_is_one_alarm_that_leaves_when_it_cools_and_the_index_says_why(house, fridge):
    rule = "/api/v1/rules/alarm/fridge_temp_humidity/temperature"
    house.send("PUT", rule, {"body": {"dwell_seconds": 3}, "by": "a stranger", "why": "no half hour to spare"})

    def index() -> dict:
        return house.get(f"/api/v1/units/{fridge['unit_id']}/index")

    def settled(alarm_is_open: bool) -> dict | None:
        now = index()
        return now if names_the_alarm(now) is alarm_is_open else None

    def names_the_alarm(answer: dict) -> bool:
        (chain,) = [each for each in answer["indicators"] if each["key"] == "cold_chain"]
        mine = any(fact.startswith("alarm_raised:") and fridge["id"] in fact for fact in chain["facts"])
        return chain["because"] == "cold_chain_open" and mine

    before = eventually(lambda: (now := index())["total"] is not None and now, 30)
    assert before, "the unit has no index"
    seen = []  # something else may move the index again before anybody looks
    for _ in range(6):
        house.publish(telemetry(fridge), {"temperature": 12.0})
        time.sleep(1)
        seen.append(index())
    assert eventually(lambda: alarms_of(house, fridge), 10)
    assert len(alarms_of(house, fridge)) == 1
    during = eventually(lambda: settled(alarm_is_open=True), 30)
    assert during, "the index does not name the open alarm"
    assert during["total"] < before["total"] - 0.5
    (alarm,) = alarms_of(house, fridge)
    (chain,) = [each for each in during["indicators"] if each["key"] == "cold_chain"]
    assert f"alarm_raised:{alarm['id']}" in chain["facts"]
    assert "冷链超温预警未解除" in during["sentences"]["cold_chain_open"]["zh"]
    assert "Cold-chain alarm open since" in during["sentences"]["cold_chain_open"]["en"]
    moves = [move for answer in [*seen, during] for move in answer["moved"]]
    assert any(move["indicator"] == "cold_chain" and move["after"] < (move["before"] or 0) for move in moves)

    for _ in range(2):
        house.publish(telemetry(fridge), {"temperature": 4.0})
        time.sleep(0.5)
    assert eventually(lambda: not alarms_of(house, fridge), 10)
    assert len(alarms_of(house, fridge, "cleared")) == 1

    after = eventually(lambda: settled(alarm_is_open=False), 30)
    assert after, "the index was not judged again"
    assert during["total"] < after["total"] < before["total"]
    named = [fact for indicator in after["indicators"] for fact in indicator["facts"]]
    assert any(fridge["id"] in fact for fact in named), "the index does not name the fact behind its change"


def test_a_message_nobody_understands_is_kept_with_its_reason(house, fridge):
    mark = uuid.uuid4().hex
    house.publish(telemetry(fridge), {"temperature": f"warm-{mark}"})

    def kept() -> list[dict]:
        return [row for row in house.get("/api/v1/quarantine?limit=200")["items"] if mark in json.dumps(row)]

    assert eventually(kept, 10)
    assert "temperature" in kept()[0]["detail"]
    assert "sunshine_quarantined_total" in house.text("/metrics")


def test_a_reading_of_an_unknown_device_becomes_valid_when_the_device_is_registered(house, fridge):
    device = {**fridge, "id": f"{fridge['unit_id']}-LATER"}
    house.publish(telemetry(device), {"temperature": 3.5})
    assert eventually(lambda: "LATER" in house.text("/api/v1/quarantine?limit=200"), 10)
    house.send("POST", "/api/v1/devices", device)
    assert eventually(lambda: "3.5" in json.dumps(house.get(f"/api/v1/devices/{device['id']}")["readings"]), 20)


def test_the_same_event_posted_twice_is_stored_once(house, fridge):
    event = {"kind": "rating_given", "id": uuid.uuid4().hex, "unit": fridge["unit_id"], "stars": 4,
             "at": datetime.now(UTC).isoformat()}  # fmt: skip
    assert house.send("POST", "/api/v1/events", event)["ids"] == [event["id"]]
    again = house.send("POST", "/api/v1/events", event)
    assert event["id"] in [*again["ids"], *again["duplicates"]]
    timeline = house.get(f"/api/v1/units/{fridge['unit_id']}/timeline?limit=500")["items"]
    assert sum(row["id"] == event["id"] for row in timeline) == 1


def test_a_wrong_event_is_refused_naming_field_and_value(house, fridge):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        house.send(
            "POST", "/api/v1/events", {"kind": "rating_given", "unit": fridge["unit_id"], "at": "now", "stars": 4}
        )
    assert refusal.value.code == 422
    assert refusal.value.headers["Content-Type"].startswith("application/problem+json")
    assert "at" in refusal.value.read().decode()


def test_every_port_answers_health_readiness_and_metrics(house):
    for name in house.ports.keys() - {"mqtt", "opcua"}:
        assert house.get("/healthz", name)
        assert eventually(lambda name=name: house.is_ready(name), 30), name
        assert "# HELP" in house.text("/metrics", name)


def test_opcua_readings_arrive(house):
    def fresh() -> bool:
        with psycopg.connect(house.settings.database) as connection:
            row = connection.execute(
                "SELECT count(*) FROM reading JOIN device ON device.no = device_no JOIN device_alias a"
                " ON a.device_id = device.id WHERE a.dialect = 'opcua' AND at > now() - interval '5 minutes'"
            ).fetchone()
        return bool(row and row[0])

    assert eventually(fresh, 60)
