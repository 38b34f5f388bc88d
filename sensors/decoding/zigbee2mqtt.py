"""Zigbee2MQTT with its default base topic: `zigbee2mqtt/FRIENDLY NAME`. A friendly name may contain slashes."""

from datetime import datetime
from functools import partial
from typing import Any

from sensors.decoding.payload import METRIC_NAMES, check_name, excerpt, kind_of, moment, parse, problem, take, text_of
from sensors.decoding.route import Route, nothing
from sensors.facts import BadPayload, DeviceName, Fact, Message, Status

SUBSCRIPTIONS = ("zigbee2mqtt/#",)
PREFIX = "zigbee2mqtt/"
MAX_SEEN = 100_000
# Numbers or flags in every sensor's definition; another type there is worth telling, elsewhere it is normal.
SENSOR_FIELDS = METRIC_NAMES | {"contact", "water_leak", "occupancy", "pressure", "voltage", "tamper", "battery_low"}
SWITCH = {"ON": True, "OFF": False}


class Zigbee2Mqtt:
    """Remembers which devices it has heard: when the bridge goes, they are all out of reach."""

    def __init__(self) -> None:
        self._seen: set[DeviceName] = set()

    def route(self, topic: str) -> Route:
        name = topic.removeprefix(PREFIX)
        if name == "bridge/state":
            return self.bridge_state
        if name.startswith("bridge/") or name.endswith(("/set", "/get")) or "/set/" in name or "/get/" in name:
            return nothing
        if name.endswith("/availability"):
            return partial(self.availability, self._device(name.removesuffix("/availability")))
        return partial(self.state, self._device(name))

    def state(self, device: DeviceName, message: Message) -> list[Fact]:
        """What the device reports now; `last_seen` is its time when Zigbee2MQTT is set to give it."""
        if message.retained and not message.payload:
            return []
        raw = parse(message.payload, device)
        facts: list[Fact] = []
        if type(raw) in (bool, int, float) and "/" in device.name:
            owner, _, attribute = device.name.rpartition("/")  # output mode `attribute`: one topic per value
            _read(facts, DeviceName("zigbee2mqtt", owner), attribute, raw, None)
            return facts
        if type(raw) is not dict:
            raise BadPayload("wrong_type", f"{excerpt(raw)} is {kind_of(raw)}; allowed: an object", device)
        if len(self._seen) < MAX_SEEN:
            self._seen.add(device)
        try:
            at = moment(raw.pop("last_seen", None))
        except BadPayload as error:
            return [problem(error, device, "last_seen")]
        for name, value in raw.items():
            _read(facts, device, name, value, at)
        return facts

    def availability(self, device: DeviceName, message: Message) -> list[Fact]:
        online = _online(message.payload, device)
        return [] if online is None else [Status(device, online)]

    def bridge_state(self, message: Message) -> list[Fact]:
        """Without its bridge no device can be heard. With it, each says for itself that it is back."""
        if _online(message.payload, None) is False:
            return [Status(device, online=False) for device in sorted(self._seen, key=lambda device: device.name)]
        return []

    def _device(self, name: str) -> DeviceName:
        return DeviceName("zigbee2mqtt", check_name(name, "the friendly name"))


def _online(payload: bytes, device: DeviceName | None) -> bool | None:
    """`online`, `offline`, or the same as `{"state": ...}`; None: a retained word was taken back."""
    word: Any = text_of(payload, device)
    if not word:
        return None
    if word.startswith("{"):
        raw = parse(payload, device)
        word = raw.get("state") if type(raw) is dict else None
    if word in ("online", "offline"):
        return bool(word == "online")
    raise BadPayload("wrong_type", f"state {excerpt(word)}; allowed: online, offline", device)


def _read(facts: list[Fact], device: DeviceName, name: str, value: Any, at: datetime | None) -> None:
    if type(value) is str and name.startswith("state"):
        value = SWITCH.get(value)
    if type(value) not in (bool, int, float) and name not in SENSOR_FIELDS:
        return
    if type(value) is bool and name == "contact":
        name, value = "door", not value  # contact made means the door is shut
    elif type(value) is bool and name == "gas":
        name = "gas_detected"  # a flag, not a concentration
    take(facts, device, name, value, at)
