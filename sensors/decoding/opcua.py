"""Values from our OPC UA source, as messages: so they take the same road, and can be kept as they came."""

from datetime import datetime
from functools import partial
from urllib.parse import quote, unquote

import msgspec

from sensors.decoding.payload import check_name, excerpt, moment, object_of, problem, take
from sensors.decoding.route import Route
from sensors.facts import BadPayload, DeviceName, Fact, Message

PREFIX = "opcua/"


def write(device: DeviceName, metric: str, value: object, quality: str, at: datetime | None, now: datetime) -> Message:
    """A data change as a message: `opcua/DIALECT/DEVICE/METRIC`, names percent-encoded."""
    topic = PREFIX + "/".join(quote(part, safe="") for part in (device.dialect, device.name, metric))
    plain = value if isinstance(value, bool | int | float | str) or value is None else str(value)
    if isinstance(plain, float) and plain - plain != 0.0:
        plain = str(plain)  # JSON has no NaN; as text it is refused in words
    payload = msgspec.json.encode({"ts": at, "value": plain, "quality": quality})
    return Message(topic, payload, now, source="opcua")


def route(topic: str) -> Route:
    parts = [unquote(part) for part in topic.split("/")]
    if len(parts) != 4 or parts[1] not in ("native", "opcua"):
        raise BadPayload("bad_topic", f"{excerpt(topic)}; allowed: opcua/DIALECT/DEVICE/METRIC")
    device = DeviceName(parts[1], check_name(parts[2], "the device"))
    return partial(data_change, device, check_name(parts[3], "the metric"))


def data_change(device: DeviceName, metric: str, message: Message) -> list[Fact]:
    """A good value is a reading; a bad or uncertain one is none, however plausible its number looks."""
    raw = object_of(message.payload, device)
    quality = raw.get("quality", "Good")
    if not isinstance(quality, str) or not quality.startswith("Good"):
        detail = f"{excerpt(metric)}: {excerpt(raw.get('value'))} is {excerpt(quality)}; allowed: Good"
        raise BadPayload("bad_quality", detail, device)
    facts: list[Fact] = []
    try:
        take(facts, device, metric, raw.get("value"), moment(raw.get("ts")))
    except BadPayload as error:
        facts.append(problem(error, device, "ts"))
    return facts
