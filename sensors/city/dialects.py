"""How each device says things on MQTT: our own topics, or those of what was installed before us."""

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple, Protocol

from sensors.city.equipment import SPARKPLUG_GROUP, SPARKPLUG_NODE, Languages
from sensors.city.registry import Device
from sensors.decoding.sparkplug_payload import Payload

FLOAT, BOOLEAN, UINT64 = 9, 11, 8  # Sparkplug B data types


class Outgoing(NamedTuple):
    topic: str
    payload: bytes
    retain: bool = False


class Dialect(Protocol):
    def hello(self, device: Device) -> list[Outgoing]:
        """What it says once when it appears, before its status."""
        ...

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]: ...

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]: ...

    def topic(self, device: Device) -> str:
        """Where its readings go; a sick device puts rubbish there."""
        ...


def name_of(device: Device) -> str:
    """What the device is called in its dialect."""
    return device.aliases.partition("=")[2] or device.id


class Native:
    def hello(self, device: Device) -> list[Outgoing]:
        return []

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]:
        topic = f"sunshine/v1/{device.unit_id}/{device.id}/status"
        return [Outgoing(topic, b"online" if online else b"offline", retain=True)]

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]:
        return [Outgoing(self.topic(device), _json({"ts": round(ts * 1000), **values}))]

    def event(self, device: Device, kind: str, value: float, ts: float) -> Outgoing:
        """Something that cannot wait for the next round."""
        raw = {"ts": round(ts * 1000), "kind": kind, "value": value}
        return Outgoing(f"sunshine/v1/{device.unit_id}/{device.id}/event", _json(raw))

    def batch(self, device: Device, series: list[tuple[float, dict[str, float]]]) -> Outgoing:
        """Readings kept while there was no connection, told late and together."""
        return Outgoing(self.topic(device), _json([{"ts": round(ts * 1000), **values} for ts, values in series]))

    def topic(self, device: Device) -> str:
        return f"sunshine/v1/{device.unit_id}/{device.id}/telemetry"


class Zigbee2Mqtt:
    """`last_seen` is switched on; a door sensor says `contact`, true while the door is shut."""

    def __init__(self, timezone: tzinfo) -> None:
        self._timezone = timezone

    def hello(self, device: Device) -> list[Outgoing]:
        return []

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]:
        payload = _json({"state": "online" if online else "offline"})
        return [Outgoing(f"{self.topic(device)}/availability", payload, retain=True)]

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]:
        raw: dict[str, Any] = dict(values)
        if "door" in raw:
            raw["contact"] = not raw.pop("door")
        for flag in ("smoke", "manual_trigger", "self_test", "fault"):
            if flag in raw:
                raw[flag] = bool(raw[flag])
        raw["last_seen"] = datetime.fromtimestamp(ts, self._timezone).isoformat(timespec="milliseconds")
        return [Outgoing(self.topic(device), _json(raw))]

    def topic(self, device: Device) -> str:
        return f"zigbee2mqtt/{name_of(device)}"


class Tasmota:
    """An SHT30 on a relay board. Its clock gives local time without an offset."""

    def __init__(self, timezone: tzinfo) -> None:
        self._timezone = timezone

    def hello(self, device: Device) -> list[Outgoing]:
        return []

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]:
        return [Outgoing(f"tele/{name_of(device)}/LWT", b"Online" if online else b"Offline", retain=True)]

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]:
        probe = {name.capitalize(): values[name] for name in ("temperature", "humidity") if name in values}
        raw: dict[str, Any] = {"Time": datetime.fromtimestamp(ts, self._timezone).strftime("%Y-%m-%dT%H:%M:%S")}
        if "door" in values:
            raw["Door"] = "ON" if values["door"] else "OFF"
        raw |= {"SHT3X": probe, "TempUnit": "C"}
        return [Outgoing(self.topic(device), _json(raw))]

    def topic(self, device: Device) -> str:
        return f"tele/{name_of(device)}/SENSOR"


class HomeAssistant:
    """ESPHome-like: one announcement per value, one state topic per device."""

    UNITS = {"temperature": "°C", "humidity": "%"}

    def hello(self, device: Device) -> list[Outgoing]:
        name = name_of(device)
        return [
            Outgoing(
                f"homeassistant/sensor/{name}_{metric}/config",
                _json({
                    "name": f"{device.name} {metric}", "unique_id": f"{name}_{metric}", "device_class": metric,
                    "state_topic": self.topic(device), "value_template": f"{{{{ value_json.{metric} }}}}",
                    "unit_of_measurement": unit, "state_class": "measurement",
                    "availability_topic": f"kitchen/{name}/availability",
                    "device": {"identifiers": [name], "manufacturer": device.vendor, "model": device.model},
                }),
                retain=True,
            )
            for metric, unit in self.UNITS.items()
        ]  # fmt: skip

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]:
        word = b"online" if online else b"offline"
        return [Outgoing(f"kitchen/{name_of(device)}/availability", word, retain=True)]

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]:
        return [Outgoing(self.topic(device), _json({name: values[name] for name in self.UNITS if name in values}))]

    def topic(self, device: Device) -> str:
        return f"kitchen/{name_of(device)}/state"


class ThingsBoard:
    """Behind a ThingsBoard gateway."""

    def hello(self, device: Device) -> list[Outgoing]:
        return []

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]:
        step = "connect" if online else "disconnect"
        return [Outgoing(f"v1/gateway/{step}", _json({"device": name_of(device)}))]

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]:
        entry = {"ts": round(ts * 1000), "values": dict(values)}
        return [Outgoing(self.topic(device), _json({name_of(device): [entry]}))]

    def topic(self, device: Device) -> str:
        return "v1/gateway/telemetry"


class SparkplugNode:
    """The one edge node of the city: a PLC that speaks for the devices of two kitchens."""

    birth_topic = f"spBv1.0/{SPARKPLUG_GROUP}/NBIRTH/{SPARKPLUG_NODE}"
    death_topic = f"spBv1.0/{SPARKPLUG_GROUP}/NDEATH/{SPARKPLUG_NODE}"
    command_topic = f"spBv1.0/{SPARKPLUG_GROUP}/NCMD/{SPARKPLUG_NODE}"

    def __init__(self, session: int) -> None:
        self._session = session % 256  # bdSeq ties the death certificate to this connection
        self._sequence = 0
        self._alias: dict[tuple[str, str], int] = {}

    def death(self) -> bytes:
        payload = Payload()
        payload.metrics.add(name="bdSeq", datatype=UINT64, long_value=self._session)
        return bytes(payload.SerializeToString())

    def birth(self, ts: float) -> Outgoing:
        self._sequence = -1
        payload = self._payload(ts)
        payload.metrics.add(name="bdSeq", datatype=UINT64, long_value=self._session)
        payload.metrics.add(name="Node Control/Rebirth", datatype=BOOLEAN, boolean_value=False)
        return Outgoing(self.birth_topic, payload.SerializeToString())

    def device_birth(self, device: Device, values: Mapping[str, float], ts: float) -> Outgoing:
        payload = self._payload(ts)
        for name, value in values.items():
            alias = self._alias.setdefault((device.id, name), len(self._alias) + 1)
            payload.metrics.add(name=name, alias=alias, datatype=FLOAT, float_value=value)
        return Outgoing(self._device_topic("DBIRTH", device), payload.SerializeToString())

    def hello(self, device: Device) -> list[Outgoing]:
        return []

    def status(self, device: Device, online: bool, ts: float) -> list[Outgoing]:
        """Only deaths: coming back needs a birth with values, see `device_birth`."""
        if online:
            return []
        return [Outgoing(self._device_topic("DDEATH", device), self._payload(ts).SerializeToString())]

    def telemetry(self, device: Device, values: Mapping[str, float], ts: float) -> list[Outgoing]:
        if any((device.id, name) not in self._alias for name in values):
            return [self.device_birth(device, values, ts)]
        payload = self._payload(ts)
        for name, value in values.items():
            payload.metrics.add(alias=self._alias[device.id, name], datatype=FLOAT, float_value=value)
        return [Outgoing(self.topic(device), payload.SerializeToString())]

    def topic(self, device: Device) -> str:
        return self._device_topic("DDATA", device)

    def _payload(self, ts: float) -> Any:
        self._sequence = (self._sequence + 1) % 256
        return Payload(timestamp=round(ts * 1000), seq=self._sequence)

    @staticmethod
    def _device_topic(what: str, device: Device) -> str:
        return f"spBv1.0/{SPARKPLUG_GROUP}/{what}/{SPARKPLUG_NODE}/{name_of(device).rpartition('/')[2]}"


def dialects(timezone: tzinfo, session: int) -> dict[str, Dialect]:
    """By the name before `=` in the alias column; empty is our own."""
    return {
        "": Native(),
        Languages.ZIGBEE: Zigbee2Mqtt(timezone),
        Languages.TASMOTA: Tasmota(timezone),
        Languages.HOME_ASSISTANT: HomeAssistant(),
        Languages.THINGSBOARD: ThingsBoard(),
        Languages.SPARKPLUG: SparkplugNode(session),
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
