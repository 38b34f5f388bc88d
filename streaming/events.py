"""Every fact the house knows of, declared once.

An event is past tense and immutable. Its field names are the names on the wire, in the table and in the browser.
`kind` on the wire is the class name in snake case. `at` is when it was true in the world (aware datetime, UTC on
the wire); when it reached us is known by the log, not by the event.
"""

import re
from datetime import UTC, date, datetime
from typing import Any, Union

import msgspec


def _tag(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=_tag):
    """A fact. `id` is unique for ever; a fact told twice carries the same id. `unit` is empty for city-wide facts."""

    unit: str
    at: datetime
    id: str = ""

    @property
    def key(self) -> str:
        """The identity under which this fact is stored once."""
        return self.id or f"{self.__struct_config__.tag}:{self.unit}:{millis(self.at)}"


# --- from devices ---------------------------------------------------------------------------------------------


class ReadingTaken(Event, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One number from one device. Its identity is (device, metric, at): told again it is the same fact."""

    device: str
    metric: str
    value: float

    @property
    def key(self) -> str:
        return self.id or f"reading:{self.device}:{self.metric}:{millis(self.at)}"


class _DeviceFact(Event, frozen=True, kw_only=True, omit_defaults=True):
    device: str

    @property
    def key(self) -> str:
        return self.id or f"{self.__struct_config__.tag}:{self.device}:{millis(self.at)}"


class DeviceCameOnline(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    """The device answers again (its own status message, or a reading after silence)."""


class DeviceWentOffline(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    """No answer. `reason`: `last_will` (it or its gateway said so) or `silent` (over three reporting intervals)."""

    reason: str = "silent"


class CameraFaultFound(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    fault: str


class CameraFaultCleared(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    fault: str


class CommandSent(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    """The broker took a command for the device. Whether it did it, the device tells itself."""

    command: str
    by: str = ""


# --- who is who -----------------------------------------------------------------------------------------------


class UnitRegistered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A catering unit entered the registry, or its entry changed: the whole entry as it now is."""

    name: str
    business_type: str
    area: str  # id of the banner
    street: str  # id of the street
    latitude: float | None = None
    longitude: float | None = None
    name_en: str = ""
    opens_at: str = ""  # "08:30" local time; empty: not known, taken as always open
    closes_at: str = ""


class UnitClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The unit left the registry (closed down, licence withdrawn). `reason` in the words of who closed it."""

    reason: str = ""


class DeviceRegistered(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    """A device was bound to a unit, or its entry changed: the whole entry as it now is."""

    device_kind: str
    room: str = ""
    name: str = ""
    interval_seconds: int = 0  # 0: it reports on events only
    public: bool = False


class AreaDrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An area entered the registry, or its entry changed. `unit` is empty; `parent` is empty for the city."""

    area: str
    level: str  # city, banner, street, community
    name: str
    parent: str = ""
    name_en: str = ""
    latitude: float | None = None
    longitude: float | None = None
    demonstration: bool = False

    @property
    def key(self) -> str:
        return self.id or f"area_drawn:{self.area}:{millis(self.at)}"


class DeviceRemoved(_DeviceFact, frozen=True, kw_only=True, omit_defaults=True):
    pass


class LicenceRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    licence: str  # licence kind: business_license, food_license, ...
    number: str
    expires_on: date | None = None


class PersonRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    person: str
    role: str
    health_certificate_expires_on: date | None = None
    left: bool = False


# --- what was done --------------------------------------------------------------------------------------------


class MorningCheckDone(Event, frozen=True, kw_only=True, omit_defaults=True):
    person: str
    passed: bool
    body_temperature: float | None = None
    reason: str = ""


class SelfInspectionDone(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Daily control, weekly screening or monthly dispatch, finished."""

    round: str  # daily_control, weekly_screening, monthly_dispatch
    on_time: bool
    findings: int = 0


class InspectionFinished(Event, frozen=True, kw_only=True, omit_defaults=True):
    passed: bool
    violations: int = 0
    serious: int = 0


class RatingGiven(Event, frozen=True, kw_only=True, omit_defaults=True):
    stars: int  # 1..5


class ComplaintFiled(Event, frozen=True, kw_only=True, omit_defaults=True):
    complaint: str
    problem: str = ""


class ComplaintClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    complaint: str
    upheld: bool
    hours: float = 0.0


class RectificationOrdered(Event, frozen=True, kw_only=True, omit_defaults=True):
    rectification: str
    due_at: datetime | None = None


class RectificationClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    rectification: str
    on_time: bool = True


# --- judgement ------------------------------------------------------------------------------------------------


class AlarmRaised(Event, frozen=True, kw_only=True, omit_defaults=True):
    """`at` is when it was raised, `since` when the fact began. `reason` is a message key with its `values`."""

    alarm: str
    rule: str
    level: int  # 1 serious .. 4 information
    since: datetime
    incident: str
    reason: str
    device: str = ""
    metric: str = ""
    value: float | None = None
    limit: str = ""


class AlarmChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The level rose (left alone too long), a worse value came, or it joined a wider `incident`."""

    alarm: str
    level: int
    value: float | None = None
    incident: str = ""  # empty: as it was


class _AlarmDeed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody did with an alarm. `by` is an account, `by_name` what it was called then."""

    alarm: str
    by: str = ""
    by_name: str = ""

    @property
    def key(self) -> str:
        return self.id or f"{self.__struct_config__.tag}:{self.alarm}:{self.by}:{millis(self.at)}"


class AlarmAcknowledged(_AlarmDeed, frozen=True, kw_only=True, omit_defaults=True):
    """The first to take charge has it."""

    comment: str = ""


class AlarmAssigned(_AlarmDeed, frozen=True, kw_only=True, omit_defaults=True):
    """Given to somebody; `to` empty: to nobody any more. The last word counts."""

    to: str
    name: str = ""


class AlarmCommented(_AlarmDeed, frozen=True, kw_only=True, omit_defaults=True):
    text: str


class AlarmSilenced(_AlarmDeed, frozen=True, kw_only=True, omit_defaults=True):
    """It calls nobody until the time given; it stays open, and the index goes on counting it."""

    until: datetime
    reason: str = ""


class AlarmUnsilenced(_AlarmDeed, frozen=True, kw_only=True, omit_defaults=True):
    """It calls again. `because`: empty when a person said so, `ended` at its time, `worse` when it got worse."""

    because: str = ""


class AlarmCleared(Event, frozen=True, kw_only=True, omit_defaults=True):
    alarm: str
    value: float | None = None


class IndexChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The food-safety index moved by a tenth or more, or its colour changed. `total` is None below enough coverage."""

    total: float | None
    colour: str  # green, blue, yellow, red, none
    grade: str  # very_good, good, fair, poor, very_poor, none
    coverage: float
    dimensions: dict[str, float | None]
    previous: float | None = None
    because: tuple[str, ...] = ()  # keys of the facts that moved it


class RuleChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    rule: str
    version: int
    by: str = ""


KINDS: tuple[type[Event], ...] = (
    ReadingTaken, DeviceCameOnline, DeviceWentOffline, CameraFaultFound, CameraFaultCleared,
    CommandSent,
    AreaDrawn, UnitRegistered, UnitClosed, DeviceRegistered, DeviceRemoved, LicenceRecorded, PersonRecorded,
    MorningCheckDone, SelfInspectionDone, InspectionFinished, RatingGiven, ComplaintFiled, ComplaintClosed,
    RectificationOrdered, RectificationClosed,
    AlarmRaised, AlarmChanged, AlarmAcknowledged, AlarmAssigned, AlarmCommented, AlarmSilenced, AlarmUnsilenced,
    AlarmCleared, IndexChanged, RuleChanged,
)  # fmt: skip
BY_KIND: dict[str, type[Event]] = {str(kind.__struct_config__.tag): kind for kind in KINDS}

_AnyEvent: Any = Union[KINDS]  # noqa: UP007 (a union of a tuple cannot be written with |)
_encoder = msgspec.json.Encoder()
_batch_decoder = msgspec.json.Decoder(list[_AnyEvent])
_one_decoder = msgspec.json.Decoder(_AnyEvent)


def kind_of(event: Event) -> str:
    """The name of the event on the wire, such as `reading_taken`."""
    return str(event.__struct_config__.tag)


def encode(events: list[Event]) -> bytes:
    return _encoder.encode(events)


def decode(raw: bytes) -> list[Event]:
    """Events of a stored batch. Raises msgspec.ValidationError with the path of the wrong field."""
    return _batch_decoder.decode(raw)


def decode_one(raw: bytes) -> Event:
    return _one_decoder.decode(raw)


def from_dict(raw: dict[str, Any]) -> Event:
    """The event a JSON object tells of. Raises msgspec.ValidationError with the path of the wrong field."""
    return msgspec.convert(raw, _AnyEvent)


def millis(at: datetime) -> int:
    """Milliseconds since 1970, the finest time that identifies a fact."""
    return round(at.timestamp() * 1000)


def from_millis(value: int | float) -> datetime:
    return datetime.fromtimestamp(value / 1000, UTC)
