"""Our own topics: `sunshine/v1/{unit}/{device}/telemetry|status|event|command`. The hot path of the whole product."""

from datetime import datetime
from functools import partial
from typing import Any

from sensors.decoding.payload import (
    check_name,
    excerpt,
    good_names,
    kind_of,
    metric_name,
    moment,
    number,
    object_of,
    parse,
    problem,
    take,
    text_of,
)
from sensors.decoding.route import Route, nothing
from sensors.facts import BadPayload, DeviceName, Fact, Message, Reading, Status

SUBSCRIPTIONS = ("sunshine/v1/+/+/telemetry", "sunshine/v1/+/+/status", "sunshine/v1/+/+/event")
PREFIX = "sunshine/v1/"


def route(topic: str) -> Route:
    """Who decodes this topic; BadPayload where it is not of the form we publish in the contract."""
    parts = topic.split("/")
    if len(parts) != 5 or not parts[2] or not parts[3]:
        raise BadPayload("bad_topic", f"{excerpt(topic)}; allowed: sunshine/v1/UNIT/DEVICE/telemetry, status or event")
    unit = check_name(parts[2], "the unit in the topic")
    device = DeviceName("native", check_name(parts[3], "the device in the topic"), unit)
    match parts[4]:
        case "telemetry":
            return partial(telemetry, device)
        case "status":
            return partial(status, device)
        case "event":
            return partial(event, device)
        case "command":
            return nothing
    raise BadPayload("bad_topic", f"{excerpt(topic)} ends in {excerpt(parts[4])}; allowed: telemetry, status, event")


def telemetry(device: DeviceName, message: Message) -> list[Fact]:
    """Readings of one object, or of each in a list."""
    raw = parse(message.payload, device)
    facts: list[Fact] = []
    if type(raw) is dict:
        _read(device, raw, facts)
    elif type(raw) is list:
        for entry in raw:
            if type(entry) is dict:
                _read(device, entry, facts)
            else:
                facts.append(problem(_not_an_object(entry), device))
    else:
        error = _not_an_object(raw)
        raise BadPayload(error.code, error.detail, device)
    return facts


def _not_an_object(value: Any) -> BadPayload:
    return BadPayload("wrong_type", f"{excerpt(value)} is {kind_of(value)}; allowed: an object or a list of objects")


def _read(device: DeviceName, raw: dict[str, Any], facts: list[Fact]) -> None:
    at: datetime | None = None
    if "ts" in raw:
        try:
            at = moment(raw.pop("ts"))
        except BadPayload as error:
            facts.append(problem(error, device, "ts"))
            return  # without its time none of its numbers can be placed
    for name, value in raw.items():
        # The usual case first and without a call: a finite float under a name seen before.
        if type(value) is float and value - value == 0.0 and name in good_names:
            facts.append(Reading(device, name, value, at))
        else:
            take(facts, device, name, value, at)


def status(device: DeviceName, message: Message) -> list[Fact]:
    """`online` or `offline`; an empty payload only takes back what was retained."""
    word = text_of(message.payload, device).strip('"').lower()
    if word in ("online", "offline"):
        return [Status(device, word == "online")]
    if not word:
        return []
    raise BadPayload("wrong_type", f"status {excerpt(word)}; allowed: online, offline", device)


def event(device: DeviceName, message: Message) -> list[Fact]:
    """Something that happened: a reading whose metric is the kind of event."""
    raw = object_of(message.payload, device)
    missing = [field for field in ("kind", "value") if raw.get(field) is None]
    if missing:
        detail = f"{' and '.join(missing)} missing in {excerpt(raw)}; allowed: kind, value and perhaps ts"
        raise BadPayload("missing_field", detail, device)
    try:
        return [Reading(device, metric_name(raw["kind"]), number(raw["value"]), moment(raw.get("ts")))]
    except BadPayload as error:
        raise BadPayload(error.code, error.detail, device) from None
