"""The city as a value: areas, units, rooms, devices and what is known of each. Nothing here ever changes in place.

The large tables are `immutables.Map`s, so the state before and after an event share all but a few nodes. The small
ones (readings of a device, alarms of a unit) are plain dicts that are replaced whole: never write into them.
Only `twin.apply` makes new states.
"""

from collections.abc import Iterator
from datetime import date, datetime

from immutables import Map
from msgspec import Struct

from sensors.catalogue import CATALOGUE
from twin.tally import NOTHING, Tally

CAMERAS = frozenset(kind.key for kind in CATALOGUE.values() if kind.family == "camera")
WHOLE = ""  # key of the whole city among the tallies
INFORMATION = 4  # the level of an alarm that asks nobody to act


class Reading(Struct, frozen=True, array_like=True):
    """The newest number of one metric."""

    value: float
    at: datetime


class Fault(Struct, frozen=True, array_like=True):
    """What was last said of one kind of camera fault."""

    present: bool
    at: datetime


class Device(Struct, frozen=True):
    """`online` is None until its state was told. A device without `registered_at` was heard of before its entry."""

    id: str
    unit: str
    kind: str = ""
    room: str = ""
    name: str = ""
    interval: int = 0
    public: bool = False
    registered_at: datetime | None = None
    removed_at: datetime | None = None
    online: bool | None = None
    since: datetime | None = None  # since when online or offline
    told_at: datetime | None = None  # newest word on being online or not
    seen_at: datetime | None = None  # newest sign of life
    readings: dict[str, Reading] = {}
    faults: dict[str, Fault] = {}

    @property
    def listed(self) -> bool:
        return self.registered_at is not None and self.removed_at is None

    @property
    def is_camera(self) -> bool:
        return self.kind in CAMERAS

    @property
    def fault(self) -> str | None:
        """The longest-standing fault of a camera."""
        present = [(fault.at, name) for name, fault in self.faults.items() if fault.present]
        return min(present)[1] if present else None


class Alarm(Struct, frozen=True):
    """An alarm that is not cleared. `state` is open or acknowledged; one that is silenced keeps its state."""

    id: str
    unit: str
    device: str
    metric: str
    rule: str
    level: int
    state: str
    since: datetime
    raised_at: datetime
    changed_at: datetime
    reason: str
    incident: str
    value: float | None = None
    limit: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_name: str = ""
    assignee: str = ""
    assignee_name: str = ""
    assigned_at: datetime | None = None
    silenced_until: datetime | None = None
    silence_told_at: datetime | None = None  # newest word on being silenced or not

    @property
    def demands(self) -> bool:
        """Whether somebody must act on it now: it is no mere information, and nobody has silenced it."""
        return self.level < INFORMATION and self.silenced_until is None


class Index(Struct, frozen=True):
    """The food-safety index in force. `total` is None below enough coverage."""

    total: float | None
    colour: str
    grade: str
    coverage: float
    dimensions: dict[str, float | None]
    as_of: datetime


class Licence(Struct, frozen=True, array_like=True):
    number: str
    expires_on: date | None
    recorded_at: datetime


class Counts(Struct, frozen=True, array_like=True):
    """Listed devices of a unit; `known` are those whose being online or not was ever told."""

    devices: int = 0
    devices_known: int = 0
    devices_online: int = 0
    cameras: int = 0
    cameras_known: int = 0
    cameras_online: int = 0


class Unit(Struct, frozen=True):
    """A catering unit. One without `registered_at` was heard of before its entry and is listed nowhere."""

    id: str
    name: str = ""
    name_en: str = ""
    business_type: str = ""
    area: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    opens_at: str = ""
    closes_at: str = ""
    registered_at: datetime | None = None
    closed_at: datetime | None = None
    index: Index | None = None
    alarms: dict[str, Alarm] = {}
    cleared: dict[str, datetime] = {}  # the last cleared alarms, so that a repeated word does not raise them again
    licences: dict[str, Licence] = {}
    rooms: dict[str, tuple[str, ...]] = {}  # room -> ids of its listed devices
    counts: Counts = Counts()
    self_inspected_on: date | None = None  # newest local day with a finished daily control
    rectifications: dict[str, bool] = {}  # id -> closed; the newest
    rectified_before: int = 0  # closed ones that left the dict

    @property
    def listed(self) -> bool:
        return self.registered_at is not None and self.closed_at is None

    @property
    def colour(self) -> str:
        return self.index.colour if self.index else "none"

    @property
    def total(self) -> float | None:
        return self.index.total if self.index else None

    @property
    def worst_level(self) -> int | None:
        """Level of the most serious alarm that demands somebody; information and what is silenced do not."""
        return min((alarm.level for alarm in self.alarms.values() if alarm.demands), default=None)

    @property
    def open_alarms(self) -> int:
        """Alarms that somebody must act on."""
        return sum(alarm.demands for alarm in self.alarms.values())


class Area(Struct, frozen=True):
    id: str
    level: str  # city, banner, street, community
    name: str
    parent: str
    name_en: str
    latitude: float | None
    longitude: float | None
    demonstration: bool
    drawn_at: datetime


class City(Struct, frozen=True):
    """Everything known at one moment of the log: after the batch `offset`, which was recorded at `recorded_at`."""

    areas: Map[str, Area] = Map()
    units: Map[str, Unit] = Map()
    devices: Map[str, Device] = Map()
    alarms: Map[str, str] = Map()  # alarm id -> unit id, those of listed and unlisted units alike
    tallies: Map[str, Tally] = Map()  # area id -> counters over its listed units; WHOLE -> the city
    timezone: str = "Asia/Shanghai"  # decides which day a self-inspection belongs to
    offset: int = 0
    recorded_at: datetime | None = None

    def tally(self, area: str = WHOLE) -> Tally:
        return self.tallies.get(area, NOTHING)

    def units_in(self, area: str = WHOLE) -> Iterator[Unit]:
        """Listed units of a banner or street, or of the city."""
        for unit in self.units.values():
            if unit.listed and (area == WHOLE or area in (unit.area, unit.street)):
                yield unit

    def devices_of(self, unit: str) -> Iterator[Device]:
        """Listed devices of a unit, room by room."""
        known = self.units.get(unit)
        if known is None:
            return
        for room in sorted(known.rooms):
            for device in known.rooms[room]:
                yield self.devices[device]

    def open_alarms(self, area: str = WHOLE) -> list[Alarm]:
        """Alarms of listed units that are not cleared: worst first, then newest first."""
        found = []
        for alarm, unit_id in self.alarms.items():
            unit = self.units[unit_id]
            if unit.listed and (area == WHOLE or area in (unit.area, unit.street)):
                found.append(unit.alarms[alarm])
        found.sort(key=lambda alarm: (alarm.level, -alarm.raised_at.timestamp(), alarm.id))
        return found


EMPTY = City()
