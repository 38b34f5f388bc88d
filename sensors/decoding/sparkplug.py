"""Sparkplug B: `spBv1.0/GROUP/TYPE/NODE[/DEVICE]`. A BIRTH says what exists, DATA tells by alias what changed."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy
from google.protobuf.message import DecodeError

from sensors.decoding.payload import METRIC_NAMES, check_name, excerpt, moment, problem, take
from sensors.decoding.route import Route, nothing
from sensors.decoding.sparkplug_payload import NO_NUMBER, Payload, rebirth, value_of
from sensors.facts import BadPayload, DeviceName, Fact, Message, Problem, Status

SUBSCRIPTIONS = ("spBv1.0/#",)
PREFIX = "spBv1.0/"
MAX_NODES, MAX_ALIASES = 10_000, 10_000
ABOUT_ITSELF = ("bdSeq", "Node Control/", "Device Control/", "Node Info/", "Device Info/", "Properties/")
FLAG_WORDS = {"true": True, "false": False, "on": True, "off": False}


@dataclass
class Node:
    """What one edge node has told since its birth."""

    metrics: dict[tuple[str, int | str], tuple[str, int]] = field(default_factory=dict)  # (device, alias or name)
    devices: set[str] = field(default_factory=set)
    session: int | None = None  # bdSeq: which connection its last will belongs to
    sequence: int | None = None
    not_understood: int = 0  # messages since its birth


class Sparkplug:
    """Knows every node's aliases. `outgoing` is given the commands that ask a node to be born again."""

    def __init__(self, outgoing: list[tuple[str, bytes]]) -> None:
        self._outgoing = outgoing
        self._nodes: dict[tuple[str, str], Node] = {}

    def route(self, topic: str) -> Route:
        parts = topic.split("/")
        match parts[1:]:
            case ["STATE", *_] | [_, "NCMD" | "STATE", _] | [_, "DCMD", _, _]:
                return nothing
            case [group, "NBIRTH" | "NDATA" | "NDEATH" as what, node] if group and node:
                return partial(self._message, what, group, node, "")
            case [group, "DBIRTH" | "DDATA" | "DDEATH" as what, node, device] if group and node and device:
                return partial(self._message, what, group, node, device)
        raise BadPayload("bad_topic", f"{excerpt(topic)}; allowed: spBv1.0/GROUP/TYPE/NODE and for devices /DEVICE")

    def _message(self, what: str, group: str, name: str, device: str, message: Message) -> list[Fact]:
        who = _device_name(group, name, device)
        payload = Payload()
        try:
            payload.ParseFromString(message.payload)
        except DecodeError:
            detail = f"{len(message.payload)} bytes that are no Sparkplug B payload"
            raise BadPayload("bad_protobuf", detail, who) from None
        node = self._nodes.get((group, name))
        if node is None:
            if len(self._nodes) >= MAX_NODES:
                raise BadPayload("too_many", f"more than {MAX_NODES} Sparkplug nodes are not followed", who)
            node = self._nodes[group, name] = Node()
        if what == "NDEATH":
            return self._node_death(node, group, name, payload)
        facts: list[Fact] = []
        understood = self._follows(node, what, payload)
        if what == "DDEATH":
            facts.append(Status(who, online=False, at=_moment(payload)))
        else:
            if what.endswith("BIRTH"):
                facts.append(self._birth(node, device, who, payload))
            for metric in payload.metrics:
                understood = self._read(facts, node, device, who, metric, payload) and understood
        if not understood:
            self._ask_rebirth(node, group, name)
        return facts

    def _birth(self, node: Node, device: str, who: DeviceName, payload: Any) -> Status:
        if not device:  # a node's birth makes everything before it void
            node.metrics.clear()
            node.devices.clear()
            node.not_understood = 0
            node.session = next((m.long_value or m.int_value for m in payload.metrics if m.name == "bdSeq"), None)
        else:
            node.devices.add(device)
        for metric in payload.metrics:
            if len(node.metrics) >= MAX_ALIASES:
                break
            node.metrics[device, metric.name] = metric.name, metric.datatype
            if metric.HasField("alias"):
                node.metrics[device, metric.alias] = metric.name, metric.datatype
        return Status(who, online=True, at=_moment(payload))

    def _node_death(self, node: Node, group: str, name: str, payload: Any) -> list[Fact]:
        session = next((m.long_value or m.int_value for m in payload.metrics if m.name == "bdSeq"), None)
        if session is not None and node.session is not None and session != node.session:
            return []  # the late will of an earlier connection: the node is back already
        node.sequence = None
        # Written when the connection began, so its timestamp is not the time of death.
        return [Status(_device_name(group, name, each), online=False) for each in ("", *sorted(node.devices))]

    def _follows(self, node: Node, what: str, payload: Any) -> bool:
        """Whether no message is missing between this one and the last of its node."""
        before, node.sequence = node.sequence, payload.seq if payload.HasField("seq") else None
        if what == "NBIRTH" or before is None or node.sequence is None:
            return True
        return node.sequence in ((before + 1) % 256, before)  # the same again is a repetition

    def _ask_rebirth(self, node: Node, group: str, name: str) -> None:
        """At the first message that a new birth would explain; again now and then, for a command can be lost."""
        if node.not_understood % 100 == 0:
            self._outgoing.append((f"spBv1.0/{group}/NCMD/{name}", rebirth()))
        node.not_understood += 1

    def _read(self, facts: list[Fact], node: Node, device: str, who: DeviceName, metric: Any, payload: Any) -> bool:
        """Append the reading. False when only a new birth could tell what this metric is."""
        key = metric.name or metric.alias
        name, datatype = node.metrics.get((device, key), (metric.name, metric.datatype))
        datatype = metric.datatype or datatype
        if not name:
            detail = f"alias {metric.alias} was not in a BIRTH of this node; a new BIRTH has been asked for"
            facts.append(Problem("unknown_alias", detail, who))
            return False
        if name.startswith(ABOUT_ITSELF) or datatype in NO_NUMBER:
            return True
        try:
            value = value_of(metric, datatype)
            if type(value) is str:
                value = FLAG_WORDS.get(value.lower(), value)
                if type(value) is str and name not in METRIC_NAMES:
                    return True
            if type(value) is float and metric.WhichOneof("value") == "float_value":
                value = shortest(value)
            at = moment(metric.timestamp or payload.timestamp or None)
        except BadPayload as error:
            facts.append(problem(error, who, name))
            return True
        take(facts, who, name, value, at)
        return True


def _device_name(group: str, node: str, device: str) -> DeviceName:
    name = f"{group}/{node}/{device}" if device else f"{group}/{node}"
    return DeviceName("sparkplug", check_name(name, "the name of the device"))


def _moment(payload: Any) -> Any:
    try:
        return moment(payload.timestamp or None)
    except BadPayload:
        return None


def shortest(value: float) -> float:
    """4.2 sent as a 32-bit float is 4.2 again, not 4.199999809."""
    return float(str(numpy.float32(value)))
