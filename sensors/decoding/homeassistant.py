"""Home Assistant discovery: devices announce in retained messages what they measure and where they will say it."""

from functools import partial
from typing import Any

from sensors.decoding.discovery import Availability, Entity, entities_of
from sensors.decoding.payload import celsius, excerpt, object_of, parse, problem, take, text_of
from sensors.decoding.route import Route, nothing
from sensors.facts import BadPayload, DeviceName, Fact, Message, Status

SUBSCRIPTIONS = ("homeassistant/+/+/config", "homeassistant/+/+/+/config")
PREFIX = "homeassistant/"
MAX_ENTITIES = 100_000
NO_VALUE = ("", "unknown", "unavailable", "None", "nan")


class HomeAssistant:
    """What was announced, by the topic of the announcement. `wanted` is told every new topic to listen on.

    A state topic that another dialect already understands stays with that dialect: Zigbee2MQTT and Tasmota announce
    themselves here too, and one reading must not come by two roads under two names.
    """

    def __init__(self, wanted: list[str], foreign: tuple[str, ...]) -> None:
        self._wanted = wanted
        self._foreign = foreign
        self._asked_for: set[str] = set()
        self._announced: dict[str, list[Entity]] = {}
        self._states: dict[str, dict[str, list[Entity]]] = {}  # by state topic, then by announcement
        self._availabilities: dict[str, dict[tuple[DeviceName, str], Availability]] = {}
        self._modes: dict[DeviceName, str] = {}
        self._reachable: dict[DeviceName, dict[str, bool]] = {}
        self._metrics: dict[tuple[DeviceName, str], set[tuple[str, str]]] = {}

    def route(self, topic: str) -> Route | None:
        if topic.startswith(PREFIX):
            parts = topic.split("/")
            if len(parts) in (4, 5) and parts[-1] == "config":
                return partial(self.announcement, parts[1], parts[-2])
            return nothing
        return self.state if topic in self._states or topic in self._availabilities else None

    def announcement(self, component: str, object_id: str, message: Message) -> list[Fact]:
        """Learn where to listen. An empty payload takes the announcement back."""
        self._forget(message.topic)
        if not message.payload.strip():
            return []
        facts: list[Fact] = []
        for entity in entities_of(component, object_id, object_of(message.payload)):
            if isinstance(entity, BadPayload):
                facts.append(problem(entity, None))
            elif len(self._announced) >= MAX_ENTITIES:
                raise BadPayload("too_many", f"more than {MAX_ENTITIES} announcements are not followed", entity.device)
            elif not entity.topic.startswith(self._foreign):
                self._learn(message.topic, entity)
        return facts

    def state(self, message: Message) -> list[Fact]:
        """All values and availabilities that were announced for this topic."""
        facts: list[Fact] = []
        parsed: Any = None
        for entities in list(self._states.get(message.topic, {}).values()):
            for entity in entities:
                if entity.wants_json and parsed is None:
                    parsed = parse(message.payload, entity.device)
                raw = entity.pick(parsed if entity.wants_json else text_of(message.payload, entity.device))
                self._read(facts, entity, raw)
        # Every entity of a device announces the device's availability: it is told once.
        by_device = {device: said for (device, _), said in self._availabilities.get(message.topic, {}).items()}
        for device, availability in by_device.items():
            facts += self._heard(device, availability, message)
        return facts

    def _learn(self, topic: str, entity: Entity) -> None:
        self._announced.setdefault(topic, []).append(entity)
        self._states.setdefault(entity.topic, {}).setdefault(topic, []).append(entity)
        self._metrics.setdefault((entity.device, entity.metric), set()).add((topic, entity.object_id))
        self._want(entity.topic)
        self._modes[entity.device] = entity.mode
        for availability in entity.availability:
            if not availability.topic.startswith(self._foreign):
                self._availabilities.setdefault(availability.topic, {})[entity.device, topic] = availability
                self._want(availability.topic)

    def _want(self, topic: str) -> None:
        if topic not in self._asked_for:
            self._asked_for.add(topic)
            self._wanted.append(topic)

    def _forget(self, topic: str) -> None:
        # The topics stay known: a last message on one of them is understood, and says nothing any more.
        for entity in self._announced.pop(topic, []):
            self._states.get(entity.topic, {}).pop(topic, None)
            self._metrics.get((entity.device, entity.metric), set()).discard((topic, entity.object_id))
            for availability in entity.availability:
                self._availabilities.get(availability.topic, {}).pop((entity.device, topic), None)

    def _read(self, facts: list[Fact], entity: Entity, raw: Any) -> None:
        metric = entity.metric
        if len(self._metrics[entity.device, metric]) > 1:
            metric = entity.object_id  # two probes of one kind: their own names keep them apart
        if raw is None or raw in NO_VALUE:
            return
        if entity.flag:
            self._read_flag(facts, entity, metric, raw)
            return
        if type(raw) is str:
            try:
                raw = float(raw)
            except ValueError:
                if not entity.surely_number:
                    return  # a text sensor
        take(facts, entity.device, metric, celsius(raw, entity.unit), None)

    def _read_flag(self, facts: list[Fact], entity: Entity, metric: str, raw: Any) -> None:
        if str(raw) == entity.payload_on:
            take(facts, entity.device, metric, True, None)
        elif str(raw) == entity.payload_off:
            take(facts, entity.device, metric, False, None)
        else:
            wrong = f"{excerpt(raw)}; allowed: {entity.payload_on}, {entity.payload_off}"
            facts.append(problem(BadPayload("wrong_type", wrong), entity.device, metric))

    def _heard(self, device: DeviceName, availability: Availability, message: Message) -> list[Fact]:
        word = parse(message.payload, device) if availability.wants_json else text_of(message.payload, device)
        word = str(availability.pick(word))
        if word not in (availability.yes, availability.no):
            return []
        now = word == availability.yes
        reachable = self._reachable.setdefault(device, {})
        reachable[message.topic] = now
        mode = self._modes.get(device, "latest")
        if mode != "latest":
            now = all(reachable.values()) if mode == "all" else any(reachable.values())
        return [Status(device, now)]
