"""How fast messages of devices become facts, in processor time of one core."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from bench.figure import Figure
from sensors.decoding import Decoder
from sensors.facts import Message

DEVICES, ROUNDS, GOAL = 2_700, 20, 150_000
ARRIVED = datetime(2026, 11, 22, tzinfo=UTC)


def run() -> list[Figure]:
    payload = b'{"ts": "2026-11-22T10:00:00Z", "temperature": 4.2, "humidity": 61}'
    ours = [
        Message(f"sunshine/v1/U{number:06d}/U{number:06d}-FR1/telemetry", payload, ARRIVED) for number in range(DEVICES)
    ]
    decode, parse = Decoder().decode, msgspec.json.Decoder().decode
    return [
        Figure(
            name="Decoding of native telemetry (two values)",
            value=per_second(lambda: [decode(message) for message in ours]),
            unit="messages/s",
            peer_name="only parsing its JSON (msgspec)",
            peer_value=per_second(lambda: [parse(message.payload) for message in ours]),
            note=f"goal in design: {GOAL} messages/s",
        ),
        Figure(
            name="Decoding of Zigbee2MQTT states (five values)",
            value=per_second(lambda: [decode(message) for message in zigbee()]),
            unit="messages/s",
            goal=GOAL / 5,
        ),
    ]


def zigbee() -> list[Message]:
    payload = b'{"battery":97,"humidity":58.3,"linkquality":120,"temperature":3.87,"voltage":3005}'
    return [Message(f"zigbee2mqtt/fridge {number}", payload, ARRIVED) for number in range(DEVICES)]


def per_second(work: Callable[[], object]) -> float:
    """Messages in a second of processor time: the median of rounds, so that neighbours on the machine count little."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return DEVICES / statistics.median(taken)
