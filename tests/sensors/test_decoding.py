"""Payloads of real devices, as files say what they give; and the rules that hold for every dialect."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sensors.decoding import SUBSCRIPTIONS, BadPayload, Decoder
from sensors.facts import DeviceName, Fact, Message, Problem, Reading, Status

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
FIXTURES = Path(__file__).parent / "fixtures"
TELEMETRY = "sunshine/v1/U000001/U000001-FR1/telemetry"


def said(topic: str, payload: bytes | str, retained: bool = False) -> Message:
    return Message(topic, payload.encode() if isinstance(payload, str) else payload, NOW, retained=retained)


def refused(payload: bytes | str, topic: str = TELEMETRY) -> BadPayload:
    with pytest.raises(BadPayload) as caught:
        Decoder().decode(said(topic, payload))
    return caught.value


def shown(fact: Fact) -> tuple:
    """A fact as the fixture files write it."""
    match fact:
        case Reading(device, metric, value, at):
            return device.name, metric, pytest.approx(value), at and at.isoformat()
        case Status(device, online):
            return device.name, online
        case Problem(code, _, device):
            return device and device.name, code


def expected(entry: list) -> tuple:
    if len(entry) == 4 and entry[3]:
        return (*entry[:3], datetime.fromisoformat(entry[3]).astimezone(UTC).isoformat())
    return tuple(entry)


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_what_real_devices_send_is_understood(file):
    decoder = Decoder(ZoneInfo("Asia/Shanghai"))
    for entry in json.loads(file.read_text()):
        facts = decoder.decode(said(entry["topic"], entry["payload"]))
        assert [shown(fact) for fact in facts] == [expected(one) for one in entry["gives"]], entry["what"]
        devices = {fact.device for fact in facts if fact.device}
        assert {device.dialect for device in devices} <= {file.stem}, entry["what"]


@pytest.mark.parametrize(
    ("payload", "code", "words"),
    [
        ("", "empty", "empty"),
        ("   \n", "empty", "empty"),
        ('{"temperature": 4.', "bad_json", "temperature"),
        ('{"temperature": 4.2}}', "bad_json", "trailing"),
        ("on fire", "bad_json", "on fire"),
        ("4.2", "wrong_type", "4.2 is a number; allowed: an object"),
        ('"warm"', "wrong_type", "'warm' is text"),
        ("null", "wrong_type", "null"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "too_deep", "nested"),
        ("[" * 100_000, "too_deep", "nested"),
        (b'{"temperature": "\xff\xfe"}', "bad_utf8", "0xff"),
        (b"\xff\xfe\x00", "bad_utf8", "byte 0"),
        (b" " * (1024 * 1024), "too_large", "1048576 bytes; allowed: 262144"),
    ],
)
def test_a_payload_of_which_nothing_can_be_used_is_refused_in_words(payload, code, words):
    error = refused(payload)
    assert error.code == code
    assert words in error.detail


@pytest.mark.parametrize(
    ("payload", "code", "words"),
    [
        ('{"temperature": "4.2"}', "wrong_type", "'temperature': '4.2' is text; allowed: a number"),
        ('{"temperature": {"value": 4.2}}', "wrong_type", "is an object"),
        ('{"temperature": [4.2]}', "wrong_type", "is a list"),
        ('{"temperature": NaN}', "not_finite", "nan"),
        ('{"temperature": -Infinity}', "not_finite", "-inf"),
        ('{"temperature": 1e999}', "not_finite", "inf"),
        ('{"temperature": 1' + "0" * 400 + "}", "not_finite", "'temperature'"),
        ('{"": 4}', "bad_name", "''"),
        ('{"a\\u0000b": 4}', "bad_name", "control"),
        ('{"' + "x" * 500 + '": 4}', "bad_name", "128"),
        ('{"ts": "2026-11-22T10:00:00", "temperature": 4}', "bad_time", "has no offset"),
        ('{"ts": "2026-13-45T10:00:00Z", "temperature": 4}', "bad_time", "2026-13-45"),
        ('{"ts": "9999-12-31T23:59:59-08:00", "temperature": 4}', "bad_time", "9999"),
        ('{"ts": 1e300, "temperature": 4}', "bad_time", "1e+300"),
        ('{"ts": true, "temperature": 4}', "bad_time", "True"),
        ('{"ts": {"a": 1}, "temperature": 4}', "bad_time", "{'a': 1}"),
        ('{"ts": NaN, "temperature": 4}', "bad_time", "nan"),
        ('{"ts": 99999999999999999999999999, "temperature": 4}', "bad_time", "9999"),
    ],
)
def test_a_field_that_cannot_be_used_is_a_problem_that_names_it(payload, code, words):
    (problem,) = Decoder().decode(said(TELEMETRY, payload))
    assert (problem.code, problem.device) == (code, DeviceName("native", "U000001-FR1", "U000001"))
    assert words in problem.detail


def test_the_year_9999_is_a_time_and_it_is_for_others_to_say_that_it_is_too_late():
    (reading,) = Decoder().decode(said(TELEMETRY, '{"ts": "9999-12-31T23:59:59Z", "temperature": 4}'))
    assert reading.at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_payload_of_rubbish_is_told_of_a_few_times_and_keeps_what_is_good():
    fields = {f"field{number}": "rubbish" for number in range(5000)} | {"temperature": 4.2}
    facts = Decoder().decode(said(TELEMETRY, json.dumps(fields)))
    assert len([fact for fact in facts if isinstance(fact, Problem)]) == 20
    assert "4980 more" in facts[-1].detail
    assert [fact.metric for fact in facts if isinstance(fact, Reading)] == ["temperature"]


@pytest.mark.parametrize(
    ("payload", "code"), [("maybe", "wrong_type"), (b"\xff", "bad_utf8"), ('{"state": "online"}', "wrong_type")]
)
def test_a_status_is_online_or_offline_and_nothing_else(payload, code):
    assert refused(payload, "sunshine/v1/U000001/U000001-FR1/status").code == code


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ('{"value": 1}', "missing_field"),
        ('{"kind": "smoke"}', "missing_field"),
        ('{"kind": 7, "value": 1}', "wrong_type"),
        ('{"kind": {}, "value": 1}', "wrong_type"),
        ('{"kind": "smoke", "value": "yes"}', "wrong_type"),
        ('{"kind": "smoke", "value": 1, "ts": "then"}', "bad_time"),
        ("[]", "wrong_type"),
    ],
)
def test_an_event_needs_its_kind_and_its_value(payload, code):
    error = refused(payload, "sunshine/v1/U000001/U000001-SM1/event")
    assert (error.code, error.device) == (code, DeviceName("native", "U000001-SM1", "U000001"))


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("plant/7/data", "unknown_topic"),
        ("sunshine/v2/U000001/U000001-FR1/telemetry", "unknown_topic"),
        ("sunshine/v1/U000001/telemetry", "bad_topic"),
        ("sunshine/v1/U000001//telemetry", "bad_topic"),
        ("sunshine/v1/U000001/U000001-FR1/weather", "bad_topic"),
        ("v1/devices/telemetry", "bad_topic"),
        ("spBv1.0/group/NDATA", "bad_topic"),
        ("opcua/other/x/y", "bad_topic"),
        ("zigbee2mqtt/", "bad_name"),
        ("tele/SENSOR", "bad_name"),
    ],
)
def test_a_topic_that_no_device_has_is_refused(topic, code):
    assert refused("{}", topic).code == code


def test_an_old_number_that_the_broker_kept_is_not_shown_as_new():
    kept = Decoder().decode(said(TELEMETRY, '[{"temperature": 4}, {"ts": 1763776800000, "temperature": 5}]', True))
    assert [(fact.value, fact.at) for fact in kept] == [(5, datetime(2025, 11, 22, 2, tzinfo=UTC))]
    status = Decoder().decode(said("sunshine/v1/U000001/U000001-FR1/status", "offline", True))
    assert status == [Status(DeviceName("native", "U000001-FR1", "U000001"), False)]


def test_topics_to_listen_on_grow_when_devices_announce_themselves():
    decoder = Decoder()
    assert decoder.wanted_topics == []
    announcement = json.dumps({"stat_t": "a/state", "avty_t": "a/lwt", "uniq_id": "a"})
    for _ in range(2):
        decoder.decode(said("homeassistant/sensor/a/config", announcement, True))
    assert decoder.wanted_topics == ["a/state", "a/lwt"]
    assert not any(topic.startswith("a/") for topic in SUBSCRIPTIONS)


def test_two_probes_of_one_kind_in_one_device_keep_their_own_names():
    decoder = Decoder()
    for probe in ("upper", "lower"):
        config = {"dev_cla": "temperature", "stat_t": f"x/{probe}", "uniq_id": probe, "dev": {"ids": "x"}}
        decoder.decode(said(f"homeassistant/sensor/x/{probe}/config", json.dumps(config)))
    facts = decoder.decode(said("x/upper", "4")) + decoder.decode(said("x/lower", "5"))
    assert [(fact.metric, fact.value) for fact in facts] == [("upper", 4), ("lower", 5)]


def test_a_device_that_needs_all_its_links_is_there_only_when_all_are():
    decoder = Decoder()
    config = {"stat_t": "x/s", "uniq_id": "x", "avty_mode": "all", "avty": [{"t": "x/bridge"}, {"t": "x/own"}]}
    decoder.decode(said("homeassistant/sensor/x/config", json.dumps(config)))
    words = [("x/bridge", "online"), ("x/own", "online"), ("x/bridge", "offline")]
    assert [decoder.decode(said(*word))[0].online for word in words] == [True, True, False]
