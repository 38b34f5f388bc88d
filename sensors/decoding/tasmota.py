"""Tasmota with its default topic form: `tele/TOPIC/SENSOR`, `tele/TOPIC/LWT`. A topic may contain slashes."""

import re
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from sensors.decoding.payload import celsius, check_name, excerpt, moment, object_of, problem, snake, take, text_of
from sensors.decoding.route import Route, nothing
from sensors.facts import BadPayload, DeviceName, Fact, Message, Status

SUBSCRIPTIONS = ("tele/#",)
PREFIXES = ("tele/", "stat/", "cmnd/")
WITH_OWN_NAMES = {"ESP32", "ENERGY"}  # the chip's own temperature is not the refrigerator's
IN_TEMPERATURE_UNIT = ("Temperature", "DewPoint", "HeatIndex", "FeelsLike")
_PROBE = re.compile(r".+-\d+")


class Tasmota:
    """Its clock tells local time without an offset, so it must be known in which `timezone`."""

    def __init__(self, timezone: tzinfo) -> None:
        self._timezone = timezone

    def route(self, topic: str) -> Route:
        prefix, _, rest = topic.partition("/")
        name, _, what = rest.rpartition("/")
        if prefix != "tele" or what not in ("SENSOR", "LWT"):
            return nothing  # states of relays, firmware information, answers to commands
        device = DeviceName("tasmota", check_name(name, "the topic of the device"))
        return partial(self.sensor if what == "SENSOR" else self.last_will, device)

    def sensor(self, device: DeviceName, message: Message) -> list[Fact]:
        raw = object_of(message.payload, device)
        facts: list[Fact] = []
        try:
            at = self._moment(raw.get("Time"))
        except BadPayload as error:
            return [problem(error, device, "Time")]
        taken: set[str] = set()
        for sensor, values in raw.items():
            if type(values) is dict:
                try:
                    self._read(facts, device, sensor, values, str(raw.get("TempUnit", "C")), at, taken)
                except BadPayload as error:
                    facts.append(problem(error, device, sensor))
            elif values in ("ON", "OFF"):
                take(facts, device, snake(sensor), values == "ON", at)  # "Switch1": "ON"
        return facts

    def last_will(self, device: DeviceName, message: Message) -> list[Fact]:
        word = text_of(message.payload, device)
        if word in ("Online", "Offline"):
            return [Status(device, word == "Online")]
        if not word:
            return []
        raise BadPayload("wrong_type", f"LWT {excerpt(word)}; allowed: Online, Offline", device)

    def _moment(self, value: Any) -> datetime | None:
        at = moment(value, self._timezone)
        return at if at and at.year >= 2000 else None  # before it has asked a time server its clock says 1970

    def _read(
        self,
        facts: list[Fact],
        device: DeviceName,
        sensor: str,
        values: dict[str, Any],
        unit: str,
        at: datetime | None,
        taken: set[str],
    ) -> None:
        """One sensor's values. The first to tell of a metric gives it its plain name, others carry the sensor's."""
        probe = values.get("Id")
        separate = type(probe) is str and _PROBE.fullmatch(sensor) is not None
        if separate:  # one of several probes: its number may move to another when one fails, its id does not
            device = DeviceName("tasmota", check_name(f"{device.name}/{probe}", "the id of the probe"))
        for name, value in values.items():
            if name == "Id" or type(value) in (str, list, dict):
                if name in IN_TEMPERATURE_UNIT or name == "Humidity":
                    take(facts, device, snake(name), value, at)  # tells that the type is wrong
                continue
            if name in IN_TEMPERATURE_UNIT:
                value = celsius(value, unit)
            metric = snake(name)
            if not separate:
                if sensor in WITH_OWN_NAMES or metric in taken:
                    metric = f"{snake(sensor)}_{metric}"
                taken.add(metric)
            take(facts, device, metric, value, at)
