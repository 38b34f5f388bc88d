"""What the index remembers of a unit: sums that fade, and the newest facts behind each indicator."""

import msgspec

DAY = 86_400_000
FACTS_KEPT = 5


class Sum(msgspec.Struct):
    """Two sums that halve every half-life. The order in which facts arrive does not matter."""

    good: float = 0.0
    n: float = 0.0
    at: int = 0  # the moment the sums are worth what they say
    newest: int = 0

    def add(self, good: float, n: float, at: int, half_life_days: float) -> None:
        if at > self.at:
            faded = fade(at - self.at, half_life_days) if self.at else 0.0
            self.good, self.n, self.at = self.good * faded + good, self.n * faded + n, at
        else:
            faded = fade(self.at - at, half_life_days)
            self.good, self.n = self.good + good * faded, self.n + n * faded
        self.newest = max(self.newest, at)


def fade(milliseconds: float, half_life_days: float) -> float:
    """What is left after so long: 1 now, a half after the half-life."""
    # Nobody can tell 2**-60 from nothing, but a float can underflow.
    return 0.5 ** min(milliseconds / (half_life_days * DAY), 60.0) if milliseconds > 0 else 1.0


class DeviceFacts(msgspec.Struct):
    kind: str
    interval: int = 0
    online: bool | None = None
    told: tuple[int, bool, str] = (0, False, "")  # newest (at, online, fact)
    heard_at: int = 0
    faults: dict[str, str] = msgspec.field(default_factory=dict)  # fault -> fact
    cold_at: int = 0
    cold_outside: bool = False
    flag_at: int = 0


class OpenAlarm(msgspec.Struct, array_like=True):
    level: int
    fact: str
    indicator: str = ""  # whose points it costs while it is open; empty: none
    since: int = 0


class UnitFacts(msgspec.Struct):
    id: str
    business_type: str = ""
    registered: bool = False
    sums: dict[str, Sum] = msgspec.field(default_factory=dict)
    behind: dict[str, list[tuple[int, str]]] = msgspec.field(default_factory=dict)
    licences: dict[str, tuple[int, int, str]] = msgspec.field(default_factory=dict)  # (at, expiry day, fact)
    people: dict[str, tuple[int, int, str]] = msgspec.field(default_factory=dict)  # -1: left, 0: no certificate
    rounds: dict[str, int] = msgspec.field(default_factory=dict)  # newest of each round
    devices: dict[str, DeviceFacts] = msgspec.field(default_factory=dict)
    alarms: dict[str, OpenAlarm] = msgspec.field(default_factory=dict)
    rectifications: dict[str, tuple[int, str]] = msgspec.field(default_factory=dict)  # open: (due, fact)
    checked_at: int = 0  # newest morning check
    detector_heard_at: int = 0

    def sum(self, key: str) -> Sum:
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = Sum()
        return found

    def remember(self, key: str, at: int, fact: str) -> None:
        """Keep the newest few facts behind an indicator."""
        facts = self.behind.setdefault(key, [])
        facts.append((at, fact))
        if len(facts) > FACTS_KEPT:
            facts.sort()
            del facts[0]
