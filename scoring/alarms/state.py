"""What the alarm engine remembers. Times are milliseconds since 1970: the hot path compares nothing else."""

import msgspec


class Device(msgspec.Struct):
    id: str
    unit: str
    kind: str
    interval: int  # milliseconds, 0: speaks only when something happens
    online: bool | None = None  # None: never heard of
    offline_at: int = 0
    last: dict[str, tuple[int, float]] = msgspec.field(default_factory=dict)  # metric -> (at, value)

    @property
    def stale_after(self) -> int:
        """A reading older than this says nothing about now."""
        return 3 * (self.interval or 300_000)


class Unit(msgspec.Struct):
    id: str
    business_type: str = ""
    opens: int = -1  # minutes of the day, -1: not known
    closes: int = -1
    devices: set[str] = msgspec.field(default_factory=set)
    heard_at: int = 0  # newest reading of any of its devices
    outage: str = ""  # the open alarm of the whole unit


class Fact(msgspec.Struct):
    """Something is outside its limit; an alarm once it lasted. `key` is the alarm's id and never changes."""

    key: str
    rule: str
    unit: str
    device: str
    metric: str
    since: int
    newest: int
    value: float
    worst: float


class OpenAlarm(msgspec.Struct):
    """What we have told about an alarm that is not cleared."""

    rule: str
    unit: str
    device: str
    incident: str
    level: int
    since: int
    value: float | None
    acknowledged: bool = False
    silenced_until: int = 0  # 0: it is not


class Waiting(msgspec.Struct):
    """A device that fell silent, before anybody is told: the whole unit may turn out to be dark."""

    since: int
    wait_from: int


class LicenceEntry(msgspec.Struct):
    """`key` is the id its alarm has or will have."""

    unit: str
    licence: str
    expires: int  # ordinal of the day
    key: str


class State(msgspec.Struct):
    devices: dict[str, Device] = msgspec.field(default_factory=dict)
    units: dict[str, Unit] = msgspec.field(default_factory=dict)
    facts: dict[str, Fact] = msgspec.field(default_factory=dict)  # device|limit -> fact
    alarms: dict[str, OpenAlarm] = msgspec.field(default_factory=dict)
    waiting: dict[str, Waiting] = msgspec.field(default_factory=dict)
    licences: dict[str, LicenceEntry] = msgspec.field(default_factory=dict)  # unit|licence -> entry
    licences_changed: set[str] = msgspec.field(default_factory=set)
    licences_day: int = 0  # the day on which all were last looked at

    def device(self, id: str) -> Device | None:
        return self.devices.get(id)

    def unit(self, id: str) -> Unit:
        """The unit, made on first mention: facts may overtake the registration."""
        unit = self.units.get(id)
        if unit is None:
            unit = self.units[id] = Unit(id)
        return unit
