"""The ThingsBoard MQTT device API, as a device of its own and as a gateway that speaks for others.

A device of ThingsBoard is known by its credentials, which a broker does not pass on. So the broker must put the name
into the topic (`v1/devices/NAME/telemetry`), or the payload must carry it (`"deviceName": "..."`).
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sensors.decoding.payload import METRIC_NAMES, check_name, excerpt, kind_of, moment, object_of, parse, problem, take
from sensors.decoding.route import Route, nothing
from sensors.facts import BadPayload, DeviceName, Fact, Message, Status

SUBSCRIPTIONS = ("v1/devices/+/telemetry", "v1/gateway/telemetry", "v1/gateway/connect", "v1/gateway/disconnect")
PREFIXES = ("v1/devices/", "v1/gateway/")
NAME_FIELDS = ("deviceName", "device_name")


def route(topic: str) -> Route:
    """Telemetry and the coming and going of devices; attributes, claims and remote calls say nothing to us."""
    match topic.split("/"):
        case ["v1", "devices", "me", "telemetry"]:
            return anonymous_telemetry
        case ["v1", "devices", name, "telemetry"] if name:
            return partial(device_telemetry, _device(name))
        case ["v1", "devices", _, *rest] if rest:
            return nothing
        case ["v1", "gateway", "telemetry"]:
            return gateway_telemetry
        case ["v1", "gateway", "connect" | "disconnect" as step]:
            return partial(gateway_status, step == "connect")
        case ["v1", "gateway", *rest] if rest:
            return nothing
    raise BadPayload("bad_topic", f"{excerpt(topic)}; allowed: v1/devices/NAME/telemetry, v1/gateway/telemetry")


def device_telemetry(device: DeviceName, message: Message) -> list[Fact]:
    facts: list[Fact] = []
    for entry in _entries(parse(message.payload, device), device):
        _read(facts, device, entry)
    return facts


def anonymous_telemetry(message: Message) -> list[Fact]:
    """`me` on the topic: only the payload can tell who."""
    facts: list[Fact] = []
    for entry in _entries(parse(message.payload), None):
        name = next((entry.pop(field) for field in NAME_FIELDS if type(entry) is dict and field in entry), None)
        if name is None:
            detail = "nobody can see who `me` is; allowed: v1/devices/NAME/telemetry, or deviceName in the payload"
            facts.append(problem(BadPayload("no_device", detail), None))
            continue
        try:
            _read(facts, _device(name), entry)
        except BadPayload as error:
            facts.append(problem(error, None))
    return facts


def gateway_telemetry(message: Message) -> list[Fact]:
    """`{"Device A": [{"ts": ..., "values": {...}}], ...}`"""
    facts: list[Fact] = []
    for name, entries in object_of(message.payload).items():
        try:
            device = _device(name)
            for entry in _entries(entries, device):
                _read(facts, device, entry)
        except BadPayload as error:
            facts.append(problem(error, None))
    return facts


def gateway_status(online: bool, message: Message) -> list[Fact]:
    return [Status(_device(object_of(message.payload).get("device")), online)]


def _device(name: Any) -> DeviceName:
    return DeviceName("thingsboard", check_name(name, "the name of the device"))


def _entries(raw: Any, device: DeviceName | None) -> Iterable[Any]:
    if type(raw) is dict:
        return [raw]
    if type(raw) is list:
        return raw
    raise BadPayload("wrong_type", f"{excerpt(raw)} is {kind_of(raw)}; allowed: an object or a list", device)


def _read(facts: list[Fact], device: DeviceName, entry: Any) -> None:
    """`{"ts": ..., "values": {...}}` or plainly the values."""
    if type(entry) is not dict:
        wrong = BadPayload("wrong_type", f"{excerpt(entry)} is {kind_of(entry)}; allowed: an object")
        facts.append(problem(wrong, device))
        return
    at: datetime | None = None
    values = entry
    if type(entry.get("values")) is dict:
        values = entry["values"]
        try:
            at = moment(entry.get("ts"))
        except BadPayload as error:
            facts.append(problem(error, device, "ts"))
            return
    for name, value in values.items():
        if type(value) is str:
            value = _cast(name, value)
        take(facts, device, name, value, at)


def _cast(name: str, text: str) -> float | str | None:
    """ThingsBoard casts texts that are numbers, and keeps others as texts, which say nothing to us."""
    try:
        return float(text)
    except ValueError:
        return text if name in METRIC_NAMES else None
