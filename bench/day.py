"""One day of the city, in its own process: which alarms a day brings, and how many of them have a cause in truth.

No servers: physics, faults and diary of the simulated city speak straight to the alarm engine and the online state,
on simulated time. The faults that were injected are known, so every alarm can be asked what explains it.
"""

import heapq
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.figure import Figure
from scoring.alarms import AlarmEngine
from scoring.online import Online
from scoring.rules import defaults
from sensors.city import cameras, damage
from sensors.city.diary import Diary
from sensors.city.faults import Fault, Schedule, Truth
from sensors.city.field import Field
from sensors.city.registry import City, Device, build
from sensors.city.troubles import Troubles
from streaming.events import (
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    DeviceCameOnline,
    DeviceRegistered,
    DeviceWentOffline,
    Event,
    LicenceRecorded,
    ReadingTaken,
    UnitRegistered,
)

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 20)
UNITS, SEED = 11_266, 7
WARM_UP = 6 * 3600  # the evening before: what is open at midnight began there
LOOK_BACK = 4 * 3600  # a cycle that a fault spoilt is told until the next one ends
WALL = (1, 2, 3)  # levels that somebody must act on; level 4 is information


@dataclass
class Told:
    """An alarm of the day and the injected fault that explains it; empty: none does."""

    alarm: AlarmRaised
    level: int
    fault: str = ""


@dataclass
class Day:
    """What a day brought. `standing` is sampled every ten minutes: open alarms by level."""

    told: dict[str, Told] = field(default_factory=dict)
    standing: list[Counter[int]] = field(default_factory=list)
    readings: int = 0
    online: list[float] = field(default_factory=list)

    def of_levels(self, *levels: int) -> list[Told]:
        return [each for each in self.told.values() if each.level in levels]

    @property
    def explained(self) -> float:
        """The share of the day's alarms of levels 1 to 3 that an injected fault explains."""
        told = self.of_levels(*WALL)
        return sum(1 for each in told if each.fault) / len(told) if told else 1.0

    def by(self, what: str) -> Counter[str]:
        """How many alarms by `rule` or by `hour` of the city."""
        if what == "rule":
            return Counter(each.alarm.rule for each in self.told.values())
        return Counter(f"{each.alarm.at.astimezone(ZONE):%H}" for each in self.of_levels(*WALL))


def run() -> list[Figure]:
    day = live(build(UNITS, SEED, DAY), SEED, DAY)
    acting = day.of_levels(*WALL)
    open_now = sorted(sum(sample[level] for level in WALL) for sample in day.standing)
    serious = sorted(sample[1] for sample in day.standing)
    incidents = len({each.alarm.incident for each in acting})
    hours = day.by("hour")
    return [
        Figure(name="alarms a day, levels 1 to 3", value=len(acting), unit="", higher_is_better=False,
               note=", ".join(f"level {level}: {len(day.of_levels(level))}" for level in (1, 2, 3, 4))),
        Figure(name="incidents a day", value=incidents, unit="", higher_is_better=False),
        Figure(name="alarms an injected fault explains", value=100 * day.explained, unit="%", goal=99),
        Figure(name="open at once, median", value=open_now[len(open_now) // 2], unit="", goal=60,
               higher_is_better=False),
        Figure(name="open at once, most", value=open_now[-1], unit="", goal=80, higher_is_better=False),
        Figure(name="serious at once, median", value=serious[len(serious) // 2], unit="", goal=3,
               higher_is_better=False),
        Figure(name="raised per 10 minutes, whole city", value=len(acting) / 144, unit="", higher_is_better=False,
               peer_name="EEMUA 191, one operator", peer_value=1.0),
        Figure(name="serious and important per 10 minutes", value=len(day.of_levels(1, 2)) / 144, unit="", goal=1,
               peer_name="EEMUA 191, one operator", peer_value=1.0, higher_is_better=False),
        Figure(name="busiest hour, per 10 minutes", value=max(hours.values(), default=0) / 6, unit="", goal=10,
               higher_is_better=False, peer_name="EEMUA 191, a flood", peer_value=10.0),
        Figure(name="devices online, mean", value=100 * sum(day.online) / len(day.online), unit="%", goal=90),
    ]  # fmt: skip


def live(city: City, seed: int, day: date) -> Day:
    """Live that day of the city, minute by minute."""
    return _Street(city, seed, day).live()


class _Street:
    """The city on one side, the judges on the other."""

    def __init__(self, city: City, seed: int, day: date):
        self._midnight = datetime.combine(day, time(), ZONE).timestamp()
        self._begin = self._midnight - WARM_UP
        self._engine, self._online = AlarmEngine(defaults(), ZONE), Online(defaults())
        self._day = Day()
        eyes = [camera for camera in city.cameras if cameras.is_commissioned(camera.id, seed)]
        self._sensors, self._eyes = city.sensors, eyes
        self._unit_of = {device.id: device.unit_id for device in (*city.sensors, *eyes)}
        self._field = Field(city.sensors, city.units, seed, self._begin - WARM_UP, ZONE)
        self._truth = _KnownTruth(Path(tempfile.gettempdir()) / "no-such-file")
        schedule = Schedule([*city.sensors, *eyes], len(city.units), seed)
        self._troubles = Troubles([*city.sensors, *eyes], schedule, self._field, self._truth)
        self._rounds = [device for device in city.sensors if device.interval_seconds]
        self._frozen: dict[str, dict[str, float]] = {}
        self._diary = self._checks(Diary(city, seed, ZONE), day)
        self._register(city)

    def live(self) -> Day:
        self._troubles.begin(self._field.now)
        self._pass(self._begin, silently=True)
        self._troubles.on_voice = self._voice
        self._troubles.on_sudden = lambda device: self._speak(self._by_id[device], self._now)
        self._announce()
        end = self._midnight + 86_400
        while self._field.now < end:
            self._minute(self._field.now + 60)
        return self._day

    def _register(self, city: City) -> None:
        at = datetime.fromtimestamp(self._begin, UTC)
        self._by_id: dict[str, Device] = {device.id: device for device in (*self._sensors, *self._eyes)}
        for unit in city.units:
            self._hear(UnitRegistered(unit=unit.id, at=at, name=unit.name, business_type=unit.business_type, area="",
                                      street="", opens_at=unit.opens_at, closes_at=unit.closes_at))  # fmt: skip
        for device in self._by_id.values():
            self._hear(DeviceRegistered(unit=device.unit_id, at=at, device=device.id, device_kind=device.kind,
                                        interval_seconds=device.interval_seconds))  # fmt: skip
        for licence in city.licences:
            self._hear(LicenceRecorded(unit=licence.unit_id, at=at, licence=licence.kind, number=licence.number,
                                       expires_on=licence.expires_on))  # fmt: skip

    def _announce(self) -> None:
        at = datetime.fromtimestamp(self._begin, UTC)
        for id in self._by_id:
            if "silent" not in self._troubles.of(id):
                kind = DeviceCameOnline if self._troubles.is_online(id) else DeviceWentOffline
                self._hear(kind(unit=self._unit_of[id], device=id, at=at))

    def _pass(self, until: float, silently: bool = False) -> None:
        while self._field.now + 60 <= until:
            self._troubles.advance(self._field.now + 60)
            self._field.advance(self._field.now + 60)

    def _minute(self, now: float) -> None:
        """Physics, then those whose turn it is, one after the other, then what follows from time passing."""
        self._now = now
        self._troubles.advance(now)
        self._field.advance(now)
        turn, count = round(now - self._begin) // 60 % 5, len(self._rounds)
        some = self._rounds[turn * count // 5 : (turn + 1) * count // 5]
        for place, device in enumerate(some):
            self._speak(device, now + 60 * place / max(1, len(some)))
        while self._diary and self._diary[0][0] <= now:
            at, device, temperature = heapq.heappop(self._diary)
            if not damage.is_silent(self._troubles.of(device)):
                self._read(device, {"body_temperature": temperature}, at)
        moment = datetime.fromtimestamp(now + 60, UTC)
        self._take(self._online.tick(moment))
        self._note(self._engine.tick(moment))
        if now >= self._midnight and round(now) % 600 == 0:
            self._day.standing.append(self._engine.book.by_level())
            known = [each.online for each in self._online.devices.values() if each.online is not None]
            self._day.online.append(sum(known) / max(1, len(known)))

    def _speak(self, device: Device, at: float) -> None:
        """As the reporter of the city does, without the wire: rubbish and repetitions are no readings."""
        faults = self._troubles.of(device.id)
        if damage.is_silent(faults) or "rubbish" in faults or not device.interval_seconds:
            return
        frozen = self._frozen.get(device.id)
        values = damage.numbers(self._field.reading(device.id), faults, self._field.now, frozen)
        if "stuck" not in faults:
            self._frozen.pop(device.id, None)
        elif frozen is None:
            self._frozen[device.id] = values
        ts = damage.timestamp(at, faults)
        if ts - at <= 300:  # from the future: quarantine
            self._read(device.id, values, ts)

    def _read(self, device: str, values: dict[str, float], at: float) -> None:
        moment, unit = datetime.fromtimestamp(at, UTC), self._unit_of[device]
        self._day.readings += len(values)
        for metric, value in values.items():
            self._hear(ReadingTaken(unit=unit, device=device, metric=metric, value=value, at=moment))

    def _voice(self, device: str, online: bool) -> None:
        at = datetime.fromtimestamp(self._now, UTC)
        kind = DeviceCameOnline if online else DeviceWentOffline
        self._hear(kind(unit=self._unit_of[device], device=device, at=at))

    def _hear(self, event: Event) -> None:
        self._take(self._online.on_event(event))
        self._note(self._engine.on_event(event))

    def _take(self, said: list[Event]) -> None:
        for event in said:
            self._note(self._engine.on_event(event))

    def _note(self, said: list[Event]) -> None:
        for event in said:
            if isinstance(event, AlarmRaised):
                self._day.told[event.alarm] = Told(event, event.level, self._cause(event))
            elif isinstance(event, AlarmChanged) and event.alarm in self._day.told:
                told = self._day.told[event.alarm]
                told.level = min(told.level, event.level)
            elif isinstance(event, AlarmCleared) and event.at.timestamp() < self._midnight:
                self._day.told.pop(event.alarm, None)  # over before the day began

    def _cause(self, alarm: AlarmRaised) -> str:
        """The kind of the fault that acted on the device or its unit while the alarm built up."""
        if alarm.rule.startswith("alarm/licence/"):
            return "licence"
        if alarm.metric == "body_temperature":
            return "fever"  # the diary's own truth
        from_at, to_at = alarm.since.timestamp() - LOOK_BACK, alarm.at.timestamp()
        faults = [*self._truth.of[alarm.device], *self._truth.of[alarm.unit]]
        acting = [fault for fault in faults if fault.start <= to_at and fault.end >= from_at]
        return max(acting, key=lambda fault: fault.start).kind if acting else ""

    def _checks(self, diary: Diary, day: date) -> list[tuple[float, str, float]]:
        machines = {device.unit_id: device.id for device in self._sensors if device.kind == "morning_check_machine"}
        checks = [
            (entry.at, machines[entry.fact["unit"]], float(entry.fact["body_temperature"]))
            for entry in diary.day(day)
            if entry.fact["kind"] == "morning_check_done" and entry.fact["unit"] in machines
        ]
        heapq.heapify(checks)
        return checks


class _KnownTruth(Truth):
    """The truth in memory: faults by device, those of a whole unit by unit."""

    def __post_init__(self) -> None:
        self.of: dict[str, list[Fault]] = defaultdict(list)

    def tell(self, fault: Fault, start: float, end: float) -> None:
        self.of[fault.device or fault.unit].append(fault)


def lines(day: Day) -> Iterator[str]:
    """The day for people: by hour, by rule, and what nothing explains."""
    hours = day.by("hour")
    for hour in sorted(hours):
        yield f"{hour}  {hours[hour]:4d}"
    for rule, count in day.by("rule").most_common():
        causes = Counter(each.fault or "-" for each in day.told.values() if each.alarm.rule == rule)
        levels = Counter(each.level for each in day.told.values() if each.alarm.rule == rule)
        yield f"{count:5d}  {rule}  {dict(sorted(levels.items()))}  {dict(causes.most_common(5))}"
    for n, sample in enumerate(day.standing):
        if n % 6 == 0:
            yield f"{n // 6:02d}:00  " + "  ".join(f"{level}: {sample[level]}" for level in (1, 2, 3, 4))


if __name__ == "__main__":
    for line in lines(live(build(UNITS, SEED, DAY), SEED, DAY)):
        print(line)
