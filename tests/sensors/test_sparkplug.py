"""Sparkplug B as an independent implementation encodes it."""

from datetime import UTC, datetime

import pysparkplug
import pytest
from pysparkplug import DataType, DBirth, DData, DDeath, Metric, NBirth, NData, NDeath
from pysparkplug._protobuf import Payload as TheirPayload

from sensors.decoding import BadPayload, Decoder
from sensors.facts import DeviceName, Message, Problem, Reading, Status

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
AT = 1763776800000
THEN = datetime(2025, 11, 22, 2, tzinfo=UTC)
FRIDGE = DeviceName("sparkplug", "street1/edge7/fridge")


def metric(name=None, value=None, datatype=DataType.FLOAT, alias=None, at=AT, **more) -> Metric:
    return Metric(timestamp=at, name=name, datatype=datatype, value=value, alias=alias, **more)


def say(decoder: Decoder, what: str, payload, device: str = "") -> list:
    topic = f"spBv1.0/street1/{what}/edge7" + (f"/{device}" if device else "")
    raw = payload if isinstance(payload, bytes) else payload.encode()
    return decoder.decode(Message(topic, raw, NOW))


def node_birth(seq: int = 0, session: int = 1) -> NBirth:
    rebirth = metric("Node Control/Rebirth", False, DataType.BOOLEAN)
    return NBirth(AT, seq, (metric("bdSeq", session, DataType.INT64), rebirth))


def death(session: int = 1) -> NDeath:
    return NDeath(AT, metric("bdSeq", session, DataType.INT64))


@pytest.fixture
def decoder() -> Decoder:
    """A decoder that has seen the birth of the node and of its refrigerator."""
    decoder = Decoder()
    say(decoder, "NBIRTH", node_birth())
    metrics = (
        metric("temperature", 4.2, alias=1),
        metric("Door", True, DataType.BOOLEAN, alias=2),
        metric("offset", -3, DataType.INT16, alias=3),
    )
    say(decoder, "DBIRTH", DBirth(AT, 1, metrics), "fridge")
    return decoder


def test_a_birth_says_that_the_device_is_there_and_what_it_measures():
    decoder = Decoder()
    assert say(decoder, "NBIRTH", node_birth()) == [Status(DeviceName("sparkplug", "street1/edge7"), True, THEN)]
    facts = say(decoder, "DBIRTH", DBirth(AT, 1, (metric("temperature", 4.2, alias=1),)), "fridge")
    assert facts == [Status(FRIDGE, True, THEN), Reading(FRIDGE, "temperature", 4.2, THEN)]


def test_data_is_understood_by_the_aliases_of_the_birth(decoder):
    data = DData(AT, 2, (metric(None, 5.1, alias=1), metric(None, False, DataType.BOOLEAN, alias=2)))
    assert say(decoder, "DDATA", data, "fridge") == [
        Reading(FRIDGE, "temperature", 5.1, THEN),
        Reading(FRIDGE, "Door", 0, THEN),
    ]
    assert decoder.outgoing == []


@pytest.mark.parametrize(
    ("datatype", "value"),
    [
        (DataType.INT8, -5),
        (DataType.INT16, -300),
        (DataType.INT32, -70_000),
        (DataType.INT64, -5_000_000_000),
        (DataType.UINT8, 200),
        (DataType.UINT16, 60_000),
        (DataType.UINT32, 4_000_000_000),
        (DataType.UINT64, 2**53),
        (DataType.FLOAT, -18.4),
        (DataType.DOUBLE, 0.1 + 0.2),
        (DataType.BOOLEAN, True),
        (DataType.STRING, "true"),
    ],
)
def test_every_datatype_gives_its_value_back(datatype, value):
    decoder = Decoder()
    facts = say(decoder, "NBIRTH", NBirth(AT, 0, (metric("weight", value, datatype),)))
    assert facts[1].value == (1 if value == "true" else value)


def test_the_sign_of_a_number_is_known_from_the_birth_alone(decoder):
    (reading,) = say(decoder, "DDATA", DData(AT, 2, (metric(None, -7, DataType.INT16, alias=3),)), "fridge")
    assert (reading.metric, reading.value) == ("offset", -7)


def test_an_unknown_alias_is_a_problem_and_asks_the_node_for_a_new_birth(decoder):
    data = DData(AT, 2, (metric(None, 9.9, alias=77), metric(None, 5.1, alias=1)))
    problem, reading = say(decoder, "DDATA", data, "fridge")
    assert (problem.code, problem.device) == ("unknown_alias", FRIDGE)
    assert "77" in problem.detail
    assert reading == Reading(FRIDGE, "temperature", 5.1, THEN)
    ((topic, payload),) = decoder.outgoing
    assert topic == "spBv1.0/street1/NCMD/edge7"
    (wish,) = pysparkplug.NCmd.decode(payload_with_time(payload)).metrics
    assert (wish.name, wish.datatype, wish.value) == ("Node Control/Rebirth", DataType.BOOLEAN, True)


def payload_with_time(raw: bytes) -> bytes:
    """Their reader insists on a timestamp, which the specification only recommends for commands."""
    payload = TheirPayload.FromString(raw)
    payload.timestamp = payload.timestamp or AT
    return payload.SerializeToString()


def test_a_birth_is_asked_for_once_not_with_every_message_that_lacks_it():
    decoder = Decoder()
    for seq in range(50):
        say(decoder, "DDATA", DData(AT, seq, (metric(None, 1.0, alias=1),)), "fridge")
    assert len(decoder.outgoing) == 1
    say(decoder, "NBIRTH", node_birth())
    say(decoder, "DDATA", DData(AT, 1, (metric(None, 1.0, alias=1),)), "fridge")
    assert len(decoder.outgoing) == 2


def test_a_gap_in_the_sequence_asks_for_a_new_birth_and_keeps_what_came(decoder):
    assert len(say(decoder, "DDATA", DData(AT, 9, (metric(None, 5.1, alias=1),)), "fridge")) == 1
    assert [topic for topic, _ in decoder.outgoing] == ["spBv1.0/street1/NCMD/edge7"]


def test_the_sequence_starts_again_after_255():
    decoder = Decoder()
    say(decoder, "NBIRTH", node_birth())
    for number in range(1, 600):
        say(decoder, "NDATA", NData(AT, number % 256, (metric("temperature", 4.0),)))
    assert decoder.outgoing == []


def test_a_metric_that_is_null_is_missing_not_zero(decoder):
    assert say(decoder, "DDATA", DData(AT, 2, (metric(None, None, alias=1, is_null=True),)), "fridge") == []


def test_a_text_where_a_number_belongs_is_a_problem_and_a_serial_number_is_none(decoder):
    texts = (metric("temperature", "warm", DataType.STRING), metric("serial", "A-7", DataType.STRING))
    (problem,) = say(decoder, "DDATA", DData(AT, 2, texts), "fridge")
    assert isinstance(problem, Problem)
    assert problem.code == "wrong_type"
    assert "warm" in problem.detail


def test_not_a_number_is_refused(decoder):
    (problem,) = say(decoder, "DDATA", DData(AT, 2, (metric(None, float("nan"), alias=1),)), "fridge")
    assert problem.code == "not_finite"


def test_the_death_of_a_device_is_its_own(decoder):
    assert say(decoder, "DDEATH", DDeath(AT, 2), "fridge") == [Status(FRIDGE, False, THEN)]
    say(decoder, "DDATA", DData(AT, 3, ()), "fridge")
    assert decoder.outgoing == []  # its place in the sequence was counted


def test_the_death_of_a_node_is_the_death_of_all_it_speaks_for(decoder):
    dead = say(decoder, "NDEATH", death())
    assert dead == [Status(DeviceName("sparkplug", "street1/edge7"), False), Status(FRIDGE, False)]


def test_the_late_will_of_an_earlier_connection_kills_nobody(decoder):
    say(decoder, "NBIRTH", node_birth(session=2))
    assert say(decoder, "NDEATH", death(session=1)) == []
    assert len(say(decoder, "NDEATH", death(session=2))) == 1


def test_bytes_that_are_no_payload_are_refused(decoder):
    with pytest.raises(BadPayload) as caught:
        say(decoder, "DDATA", b"\x0a\xff\xff\xff", "fridge")
    assert (caught.value.code, caught.value.device) == ("bad_protobuf", FRIDGE)


def test_commands_and_states_of_applications_say_nothing():
    decoder = Decoder()
    for topic in ("spBv1.0/STATE/scada", "spBv1.0/street1/NCMD/edge7", "spBv1.0/street1/DCMD/edge7/fridge"):
        assert decoder.decode(Message(topic, b"{}", NOW)) == []
