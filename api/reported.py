"""Facts as other systems report them: JSON objects become events, or a sentence says which field is wrong."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from streaming import events
from streaming.events import BY_KIND, Event, ReadingTaken, from_dict, from_millis

# What follows from the registry and from judgement is told by the registry and the judges alone.
OURS = {
    "area_drawn", "unit_registered", "unit_closed", "device_registered", "device_removed", "licence_recorded",
    "person_recorded", "alarm_raised", "alarm_changed", "alarm_acknowledged", "alarm_assigned",
    "alarm_commented", "alarm_silenced", "alarm_unsilenced", "alarm_cleared", "index_changed", "rule_changed",
    "command_sent",
}  # fmt: skip
KINDS = sorted(BY_KIND.keys() - OURS)
LONGEST_ID = 200
ALLOWED_TIME = "a time with offset such as 2026-06-18T12:00:00+08:00, or milliseconds since 1970"


@dataclass
class WrongEvent(Exception):
    index: int
    field: str
    value: Any
    reason: str


def understand(told: Any, index: int, now: datetime) -> Event:
    """The event that an object tells of. Raises WrongEvent. A missing time means now."""
    if not isinstance(told, dict):
        raise WrongEvent(index, "", told, "allowed is an object, or a list of objects")
    kind = told.get("kind")
    if kind not in KINDS:
        reason = "this is told by the house itself" if kind in OURS else "unknown"
        raise WrongEvent(index, "kind", kind, f"{reason}; allowed are {', '.join(KINDS)}")
    fields = {field.name: field for field in msgspec.structs.fields(BY_KIND[kind])}
    for name in told.keys() - fields.keys() - {"kind"}:
        raise WrongEvent(index, name, told[name], f"a {kind} has no such field; allowed are {', '.join(fields)}")
    raw = {"at": now.isoformat(), **told}
    if "device" in fields:
        raw.setdefault("unit", "")  # the registry knows where the device is
    _read_times(raw, index)
    _refuse_nul(raw, index)
    try:
        event = from_dict(raw)
    except msgspec.ValidationError as error:
        raise _wrong(error, raw, index) from None
    for name in fields:
        value = getattr(event, name)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise WrongEvent(index, name, told.get(name), f"allowed is {ALLOWED_TIME}")
    return event if event.id or isinstance(event, ReadingTaken) else _named(event, raw)


def _read_times(raw: dict[str, Any], index: int) -> None:
    at = raw["at"]
    if isinstance(at, int | float) and not isinstance(at, bool):
        try:
            raw["at"] = from_millis(at).isoformat()
        except (ValueError, OverflowError, OSError):
            raise WrongEvent(index, "at", at, f"allowed is {ALLOWED_TIME}") from None


def _refuse_nul(raw: Mapping[str, Any], index: int) -> None:
    id = raw.get("id")
    if isinstance(id, str) and len(id) > LONGEST_ID:
        raise WrongEvent(index, "id", id[:100], f"{len(id)} characters; allowed are at most {LONGEST_ID}")
    for name, value in raw.items():
        if isinstance(value, str) and ("\x00" in value or len(value) > 4000):
            raise WrongEvent(index, name, value[:100], "allowed are texts of at most 4,000 characters without NUL")


def _named(event: Event, raw: Mapping[str, Any]) -> Event:
    """A fact without an id is named after all that it says: told again it is the same fact."""
    content = msgspec.json.encode(raw, order="deterministic")
    name = f"{events.kind_of(event)}:{hashlib.sha256(content).hexdigest()[:24]}"
    return msgspec.structs.replace(event, id=name)


def _wrong(error: msgspec.ValidationError, raw: Mapping[str, Any], index: int) -> WrongEvent:
    said, _, path = str(error).partition(" - at `$")
    field = path.strip("`.").partition("[")[0]
    if "missing required field" in said:
        field = said.rpartition("field ")[2].strip("`")
        return WrongEvent(index, field, None, "this field is needed")
    reason = f"{said}; allowed is {ALLOWED_TIME}" if field == "at" else said
    return WrongEvent(index, field, raw.get(field.partition(".")[0]), reason)
