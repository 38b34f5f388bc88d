"""The whole process against a real broker: it registers once, tells its past once, and speaks as devices do."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest

from sensors.city.gateway import PROVOKE_TOPIC
from sensors.city.registry import build
from sensors.city.run import run
from sensors.decoding import SUBSCRIPTIONS
from tests.conftest import free_port

UNITS, SEED = 80, 4


class Desk(BaseHTTPRequestHandler):
    """The product's HTTP side as far as the city asks: takes files and facts, knows units once they were handed in."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        known = self.path == "/readyz" or any(path.endswith("people") for path, _ in self.server.taken)
        self._answer(200 if known else 404, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, body))
        self._answer(200, {"imported": body.count(b"\n") - 1})

    def _answer(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def desk():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.taken = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ear(broker):
    """Hears everything that the product listens to."""
    parts = urlsplit(broker)
    heard = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_message = lambda client, data, message: heard.append((message.topic, bytes(message.payload)))
    ready = threading.Event()
    client.on_subscribe = lambda *_: ready.set()
    client.connect(parts.hostname, parts.port)
    client.subscribe([(topic, 1) for topic in SUBSCRIPTIONS])
    client.loop_start()
    assert ready.wait(10)
    client.heard = heard
    yield client
    client.disconnect()
    client.loop_stop()


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


class Living:
    def __init__(self, desk, broker, folder, speed=600):
        self.stop = threading.Event()
        settings = {
            "mqtt_url": broker,
            "api_url": f"http://127.0.0.1:{desk.server_port}",
            "units": UNITS,
            "seed": SEED,
            "speed": speed,
            "opcua_port": free_port(),
            "data": folder,
            "timezone": "Asia/Shanghai",
        }
        self.thread = threading.Thread(target=run, kwargs={**settings, "stop": self.stop})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


def remembered(folder):
    path = folder / "city-state.json"
    return json.loads(path.read_text()) if path.exists() else {"backlog_sent": False, "cameras_told": False}


def test_a_city_registers_tells_its_past_once_and_lives(desk, broker, ear, tmp_path):
    city = build(UNITS, SEED)
    reporting = {f"sunshine/v1/{d.unit_id}/{d.id}/telemetry" for d in city.sensors
                 if not d.aliases and d.interval_seconds}  # fmt: skip
    with Living(desk, broker, tmp_path):
        until(lambda: remembered(tmp_path)["backlog_sent"] and remembered(tmp_path)["cameras_told"])
        until(lambda: len({topic for topic, payload in ear.heard if payload[:1] == b"{"} & reporting) > 5)
    files = Counter(path for path, _ in desk.taken if "import" in path)
    assert files == {f"/api/v1/import/{table}": 1 for table in city._fields}
    facts = [fact for path, body in desk.taken if path == "/api/v1/events" for fact in json.loads(body)]
    assert {fact["unit"] for fact in facts} == {unit.id for unit in city.units}
    assert all(fact.keys() >= {"kind", "unit", "at", "id"} for fact in facts)
    statuses = {topic for topic, _ in ear.heard if topic.endswith("/status")}
    assert len(statuses) > 0.8 * len(city.devices)
    late = {topic for topic, payload in ear.heard if payload[:1] == b"["}
    assert late == reporting

    desk.taken.append(("people", b""))
    before = len(desk.taken)
    ear.heard.clear()
    with Living(desk, broker, tmp_path):
        until(lambda: any(topic in reporting for topic, _ in ear.heard))
    assert not any("import" in path for path, _ in desk.taken[before:])
    assert not any(payload[:1] == b"[" for _, payload in ear.heard)


def test_a_fault_is_provoked_over_mqtt_and_its_truth_is_told(desk, broker, ear, tmp_path):
    with Living(desk, broker, tmp_path, speed=1):
        until(lambda: remembered(tmp_path)["cameras_told"])
        ear.publish(PROVOKE_TOPIC, json.dumps({"fault": "smoke", "minutes": 5}), qos=1)
        until(lambda: any(b'"kind":"smoke","value":1' in payload for _, payload in ear.heard))
    lines = [json.loads(line) for line in (tmp_path / "city-truth.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines if line["provoked"]] == ["smoke"]
