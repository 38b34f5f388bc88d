"""Whatever bytes arrive, decoding answers with facts or with BadPayload, and with values that can be stored."""

import json
import math
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.decoding import BadPayload, Decoder
from sensors.facts import DeviceName, Message, Problem, Reading, Status

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
TOPICS = (
    "sunshine/v1/U1/D1/telemetry", "sunshine/v1/U1/D1/status", "sunshine/v1/U1/D1/event", "sunshine/v1/U1/D1/command",
    "v1/devices/me/telemetry", "v1/devices/D1/telemetry", "v1/devices/me/attributes", "v1/gateway/telemetry",
    "v1/gateway/connect", "v1/gateway/disconnect", "homeassistant/sensor/a/b/config", "homeassistant/sensor/a/config",
    "homeassistant/binary_sensor/a/config", "homeassistant/device/a/config", "zigbee2mqtt/a", "zigbee2mqtt/a/b",
    "zigbee2mqtt/a/availability", "zigbee2mqtt/bridge/state", "tele/a/SENSOR", "tele/a/LWT", "tele/a/STATE",
    "spBv1.0/g/NBIRTH/n", "spBv1.0/g/NDATA/n", "spBv1.0/g/NDEATH/n", "spBv1.0/g/DBIRTH/n/d", "spBv1.0/g/DDATA/n/d",
    "spBv1.0/g/DDEATH/n/d", "opcua/native/D1/temperature", "s",
)  # fmt: skip
WORDS = st.sampled_from(
    ["ts", "Time", "values", "temperature", "Temperature", "last_seen", "contact", "gas", "state", "device",
     "deviceName", "stat_t", "state_topic", "s", "~", "~/x", "val_tpl", "{{ value_json.a['b'][0] }}", "dev",
     "ids", "cns", "avty", "avty_t", "t", "cmps", "p", "sensor", "dev_cla", "unit_of_meas", "°F", "DS18B20-1",
     "Id", "TempUnit", "F", "K", "ON", "online", "quality", "Good", "value", "kind",
     "2026-11-22T10:00:00+08:00", "9999-12-31T23:59:59-12:00"]
)  # fmt: skip
NASTY = st.sampled_from([math.nan, math.inf, -math.inf, 10**400, -1, 1e300, True, "a\0b", "\x01", "", "4.2", None])
SCALARS = NASTY | st.integers() | st.floats() | st.text(max_size=8) | WORDS
NAMES = WORDS | st.sampled_from(["a\0b", "", "x" * 200]) | st.text(max_size=4)
FLAT = st.dictionaries(NAMES, SCALARS, max_size=6)
DEEP = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
VALUES = FLAT | st.lists(FLAT, max_size=3) | st.dictionaries(NAMES, FLAT, max_size=3) | DEEP
PAYLOADS = st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode())
ANNOUNCED = Message(
    "homeassistant/sensor/known/config", b'{"stat_t": "s", "avty_t": "s", "val_tpl": "{{ value_json.a }}"}', NOW
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TOPICS), PAYLOADS, st.booleans()), min_size=1, max_size=4))
def test_any_bytes_on_any_topic_give_facts_that_can_be_stored_or_a_bad_payload(messages):
    decoder = Decoder()
    decoder.decode(ANNOUNCED)
    for topic, payload, retained in messages:
        try:
            facts = decoder.decode(Message(topic, payload, NOW, retained=retained))
        except BadPayload as error:
            assert error.code
            assert storable(error.detail)
            assert error.device is None or storable(error.device.name)
        else:
            for fact in facts:
                check(fact)


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=60) | st.lists(st.sampled_from([*WORDS.elements, "a", "/", "zigbee2mqtt", "tele"])).map("/".join)
)
def test_any_topic_is_understood_or_refused(topic):
    try:
        for fact in Decoder().decode(Message(topic, b'{"temperature": 1}', NOW)):
            check(fact)
    except BadPayload as error:
        assert storable(error.detail)


def check(fact) -> None:
    match fact:
        case Reading(DeviceName(_, name, _), metric, value, at):
            assert storable(name)
            assert storable(metric)
            assert type(value) is float
            assert math.isfinite(value)
            assert at is None or at.utcoffset().total_seconds() == 0
        case Status(DeviceName(_, name, _), online, at):
            assert storable(name)
            assert type(online) is bool
        case Problem(code, detail, device):
            assert code
            assert storable(detail)
            assert device is None or storable(device.name)
        case _:
            raise AssertionError(f"{fact!r} is no fact")


def storable(text: str) -> bool:
    """PostgreSQL takes no NUL, UTF-8 no half characters."""
    return bool(text) and "\0" not in text and text.encode() is not None
