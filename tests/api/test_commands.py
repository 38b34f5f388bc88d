"""Commands to devices, over a real broker to a real subscriber."""

import json
import queue
from collections.abc import Iterator
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest

from bench.servers import free_port
from tests.small_registry import a_small_registry

TOPIC = "sunshine/v1/U000001/U000001-FR1/command"
ORDER = {"command": "self_test", "arguments": {"seconds": 10}, "by": "Li"}


@pytest.fixture
def heard(broker: str) -> Iterator[queue.Queue]:
    """What a device that listens for its commands hears."""
    said: queue.Queue = queue.Queue()
    ready: queue.Queue = queue.Queue()
    device = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    device.on_message = lambda client, told, message: said.put(message)
    device.on_subscribe = lambda *told: ready.put(True)
    device.connect("127.0.0.1", urlsplit(broker).port)
    device.loop_start()
    device.subscribe(TOPIC, qos=1)
    ready.get(timeout=10)
    yield said
    device.disconnect()
    device.loop_stop()


def test_a_command_reaches_the_device_and_is_a_fact_of_its_unit(serve, database, connection, broker, heard):
    a_small_registry(connection)
    api = serve(database, mqtt_url=broker)
    answer = api.post("/devices/U000001-FR1/commands", ORDER)
    assert (answer.status, answer.json["topic"]) == (202, TOPIC)
    message = heard.get(timeout=10)
    told = json.loads(message.payload)
    assert (message.qos, message.retain) == (1, False)
    assert told == {
        "id": answer.json["id"], "command": "self_test", "arguments": {"seconds": 10}, "at": answer.json["at"],
    }  # fmt: skip
    (fact,) = api.get("/units/U000001/timeline?kind=command_sent").json["items"]
    assert (fact["id"], fact["device_id"]) == (told["id"], "U000001-FR1")
    assert (fact["body"]["command"], fact["body"]["by"]) == ("self_test", "Li")


def test_without_a_broker_a_command_is_refused_and_no_fact(serve, database, connection):
    a_small_registry(connection)
    api = serve(database, mqtt_url=f"mqtt://127.0.0.1:{free_port()}")
    answer = api.post("/devices/U000001-FR1/commands", ORDER)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "cannot be reached" in answer.json["detail"]
    assert connection.execute("SELECT count(*) FROM fact WHERE kind = 'command_sent'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"command": ""}, "command"), ({"by": None}, "by"), ({"arguments": [1]}, "arguments"), ({"when": 1}, "when")],
)
def test_a_wrong_command_is_named(api, connection, wrong, field):
    a_small_registry(connection)
    answer = api.post("/devices/U000001-FR1/commands", {**ORDER, **wrong})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_a_command_to_nobody_is_not_found(api):
    assert api.post("/devices/NOPE/commands", ORDER).status == 404


def test_a_command_from_elsewhere_needs_the_token(serve, database, connection):
    a_small_registry(connection)
    api = serve(database, api_token="secret")
    assert api.post("/devices/U000001-FR1/commands", ORDER, Authorization="Bearer other").status == 401
