"""From messages to events: decoded, the device found, names and units as the registry has them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from psycopg import Connection

from sensors.decoding import Decoder
from sensors.facts import BadPayload, DeviceName, Fact, Message, Problem, Status
from streaming.events import Event, ReadingTaken
from streaming.quarantine import Refused
from streaming.registry import Device, Registry
from streaming.sources.base import Parcel

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Interpreted:
    """What a batch of messages says. Statuses keep their devices: whether they are news is judged later."""

    readings: list[Event] = field(default_factory=list)
    statuses: list[tuple[Device, bool, datetime, bool]] = field(default_factory=list)  # online, at, retained
    foreign: dict[DeviceName, tuple[bool, datetime]] = field(default_factory=dict)  # statuses of unknown names
    refused: list[Refused] = field(default_factory=list)
    timeless: set[int] = field(default_factory=set)  # positions of messages that do not name their own time


class Interpreter:
    """One per connection: some dialects need what earlier messages said."""

    def __init__(self, registry: Registry, decoder: Decoder):
        self._registry = registry
        self._decoder = decoder

    def interpret(
        self, connection: Connection, parcels: Sequence[Parcel], only: frozenset[str] | None = None
    ) -> Interpreted:
        """Never raises for what is in a message. `only`: just what is said of these devices (`dialect:name`)."""
        said = Interpreted()
        decoded = [self._decode(position, parcel, said) for position, parcel in enumerate(parcels)]
        self._meet(connection, decoded)
        find = self._registry.by_name.get
        metric_of = self._registry.metric
        for position, (parcel, facts) in enumerate(zip(parcels, decoded, strict=True)):
            message = parcel.message
            strangers: dict[DeviceName, Device | None] | None = None
            for fact in facts:
                if isinstance(fact, Problem) or (only is not None and _label(fact.device) not in only):
                    continue
                device = find(fact.device)
                if device is None:
                    elsewhere = self._registry.find(fact.device.dialect, fact.device.name)
                    if elsewhere is None and isinstance(fact, Status):
                        said.foreign[fact.device] = fact.online, fact.at or message.received_at
                    else:
                        strangers = strangers or {}
                        strangers[fact.device] = elsewhere
                elif isinstance(fact, Status):
                    said.statuses.append((device, fact.online, fact.at or message.received_at, message.retained))
                else:
                    if fact.at is None:
                        said.timeless.add(position)
                    reading = ReadingTaken(
                        unit=device.unit_id,
                        at=fact.at or message.received_at,
                        device=device.id,
                        metric=metric_of(device.kind, fact.metric),
                        value=fact.value,
                    )
                    said.readings.append(reading)
            for name, elsewhere in (strangers or {}).items():
                said.timeless.add(position)
                said.refused.append(_misplaced(message, name, elsewhere) if elsewhere else _stranger(message, name))
        return said

    def _decode(self, position: int, parcel: Parcel, said: Interpreted) -> Sequence[Fact]:
        message = parcel.message
        try:
            facts = self._decoder.decode(message)
        except BadPayload as error:
            refused = _refused(message, error.code, error.detail, _named(message, error.device))
        except Exception as error:  # a fault of ours in one message must not stop the others
            logger.exception("could not decode a message on %s", message.topic)
            refused = _refused(
                message, "internal_error", f"decoding failed: {type(error).__name__}: {error}", _named(message, None)
            )
        else:
            for fact in facts:
                if type(fact) is Problem:
                    break
            else:
                return facts
            problems = [fact for fact in facts if type(fact) is Problem]
            detail = "; ".join(problem.detail for problem in problems)
            device = next((problem.device for problem in problems if problem.device), None)
            said.refused.append(_refused(message, problems[0].code, detail, _named(message, device)))
            said.timeless.add(position)
            return facts
        said.refused.append(refused)
        said.timeless.add(position)
        return []

    def _meet(self, connection: Connection, decoded: Sequence[Sequence[Fact]]) -> None:
        """Ask for devices that we do not know yet, all of a batch at once."""
        known = self._registry.by_name
        spoke = {fact.device for facts in decoded for fact in facts if not isinstance(fact, Problem)}
        strange = {name for name in spoke if name not in known and self._registry.name(name) is None}
        if strange:
            self._registry.look_up(connection, [(name.dialect, name.name) for name in strange])
            for name in strange:
                self._registry.name(name)


def _label(name: DeviceName) -> str:
    return f"{name.dialect}:{name.name}"


def _named(message: Message, device: DeviceName | None) -> str | None:
    """Whom a message that cannot be understood is from: its decoder says so, or a topic of ours."""
    if device is not None:
        return _label(device)
    parts = message.topic.split("/")
    return f"native:{parts[3]}" if len(parts) == 5 and parts[:2] == ["sunshine", "v1"] and parts[3] else None


def _misplaced(message: Message, name: DeviceName, device: Device) -> Refused:
    detail = (
        f"the topic says that {name.name!r} is in unit {name.unit!r}; it is registered in {device.unit_id!r}, "
        "and only that unit's topic is allowed"
    )
    return _refused(message, "other_unit", detail, _label(name))


def _stranger(message: Message, name: DeviceName) -> Refused:
    detail = f"no device goes by {name.name!r} in dialect {name.dialect}; its readings are kept until it is registered"
    return _refused(message, "unknown_device", detail, _label(name))


def _refused(message: Message, reason: str, detail: str, device: str | None = None) -> Refused:
    return Refused(message.received_at, message.source, message.topic, message.payload, reason, detail, device)
