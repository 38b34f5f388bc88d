"""What people do in a day: self-inspections, morning checks, ratings, complaints, inspections, rectifications.

A day's facts follow from the seed and the date alone: the same fact told again carries the same id and is stored once.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Any, NamedTuple

import numpy as np

from sensors.city.equipment import is_equipped
from sensors.city.registry import City, Unit
from sensors.city.shares import UNITS_OF_PLAN

DAY = 86_400
PROBLEMS = (
    "异物",
    "卫生差",
    "过期食品",
    "餐具不洁",
    "从业人员未戴口罩",
    "价格不符",
    "食物变质",
    "后厨有虫",
    "未公示证照",
    "异味",
)
INSPECTIONS_A_DAY, RATINGS_A_DAY, COMPLAINTS_A_DAY, RECTIFICATIONS_A_DAY = 66, 830, 24, 20
INSPECTION_DAYS = 170  # in which every unit is inspected once
FACT_DAYS = 30
CONTROL_DAYS = 4
FOLLOW_UP_DAYS = 6


class Entry(NamedTuple):
    """A fact in wait: when it will be true, and what to tell of it but its time."""

    at: float
    fact: dict[str, Any]


class Diary:
    """The facts of any day in this city. `tag` keeps the ids of a city with a faster clock apart from others."""

    def __init__(self, city: City, seed: int, timezone: tzinfo, tag: str = "") -> None:
        self._units = city.units
        self._seed, self._timezone, self._tag = seed, timezone, tag
        self._scale = len(city.units) / UNITS_OF_PLAN
        random = np.random.default_rng((seed, 7))
        # How much a kitchen cares, 0 to 1: it shows in everything people say of it.
        kind = random.choice(3, len(city.units), p=(0.72, 0.21, 0.07))  # good, middling, bad
        self.care = random.beta(np.array([8, 5, 2])[kind], np.array([2, 5, 9])[kind])
        equipped = {unit.id for unit in city.units if is_equipped(unit.business_type)}
        self._checked: dict[str, int] = {}
        for person in city.people:
            if person.unit_id in equipped and person.role != "principal":
                self._checked[person.unit_id] = min(6, self._checked.get(person.unit_id, 0) + 1)

    def day(self, day: date) -> list[Entry]:
        """All facts of a day in order of their time."""
        matters = (self._daily_control, self._screening, self._morning_checks, self._ratings, self._inspections)
        return _in_order([entry for matter in matters for entry in matter(day)] + self._follow_ups(day))

    def past(self, now: float) -> Iterator[Entry]:
        """The last weeks in outline, oldest day first: enough that most units can be judged."""
        today = self._date(now)
        for ago in range(INSPECTION_DAYS, 0, -1):
            day = today - timedelta(days=ago)
            entries = self._inspections(day)
            if ago <= FACT_DAYS:
                follow_ups = self._follow_ups(day, since=today - timedelta(days=FACT_DAYS))
                entries += self._screening(day, weekly=ago <= 7) + self._ratings(day) + follow_ups
            if ago <= CONTROL_DAYS:
                entries += self._daily_control(day)
            yield from _in_order(entries)
        yield from self.so_far(now)

    def so_far(self, now: float) -> Iterator[Entry]:
        """What has happened today."""
        return (entry for entry in self.day(self._date(now)) if entry.at <= now)

    def _follow_ups(self, day: date, since: date = date.min) -> list[Entry]:
        """What was begun or ended on that day of matters that take several days and began not before `since`."""
        begun = [first for ago in range(FOLLOW_UP_DAYS) if (first := day - timedelta(days=ago)) >= since]
        matters = (self._complaints, self._rectifications)
        return [e for matter in matters for first in begun for e in matter(first) if self._date(e.at) == day]

    def wire(self, entry: Entry, at: float | None = None) -> dict[str, Any]:
        """As the API takes it; `at` where the clock of the wire is not the diary's."""
        moment = datetime.fromtimestamp(entry.at if at is None else at, UTC)
        return {**entry.fact, "at": moment.isoformat(timespec="milliseconds")}

    # --- matters ------------------------------------------------------------------------------------------------

    def _daily_control(self, day: date) -> list[Entry]:
        """Mostly as the kitchen opens, the rest before it closes."""
        random = self._random("control", day)
        luck, moment, late = random.random((3, len(self._units)))
        found = random.poisson(0.2 + 3.5 * (1 - self.care))
        entries = []
        for row, unit in enumerate(self._units):
            if luck[row] > 0.25 + 0.8 * self.care[row]:
                continue  # left undone
            opening = moment[row] < 0.62
            clock = _seconds(unit.opens_at) + moment[row] * 4_200 if opening else (
                _seconds(unit.closes_at) - (1 - moment[row]) * 4_500)  # fmt: skip
            entries.append(self._entry(day, clock, unit, "self_inspection_done", "d", round="daily_control",
                                       on_time=bool(late[row] < 0.25 + 0.9 * self.care[row]),
                                       findings=int(found[row])))  # fmt: skip
        return entries

    def _screening(self, day: date, weekly: bool = True) -> list[Entry]:
        """Each unit screens on its weekday and dispatches on its day of the month."""
        random = self._random("screening", day)
        luck, moment = random.random((2, len(self._units)))
        entries = []
        for row, unit in enumerate(self._units):
            is_weekly = weekly and row % 7 == day.weekday()
            is_monthly = row % 28 == day.day - 1
            if not (is_weekly or is_monthly) or luck[row] > 0.2 + 0.85 * self.care[row]:
                continue
            clock = _seconds(unit.opens_at) + 3_600 + moment[row] * 14_400
            for due, round_, code in ((is_weekly, "weekly_screening", "w"), (is_monthly, "monthly_dispatch", "m")):
                if due:
                    what = {
                        "round": round_,
                        "on_time": bool(moment[row] < 0.3 + 0.8 * self.care[row]),
                        "findings": int(luck[row] * 3),
                    }
                    entries.append(self._entry(day, clock, unit, "self_inspection_done", code, **what))
        return entries

    def _morning_checks(self, day: date) -> list[Entry]:
        random = self._random("morning", day)
        entries = []
        for unit in self._units:
            staff = self._checked.get(unit.id, 0)
            for number in range(staff):
                if random.random() < 0.12:
                    continue  # off duty
                temperature = round(float(random.normal(36.45, 0.18)), 1)
                reason = ""
                luck = random.random()
                if luck < 0.0012 and number < staff - 1:
                    temperature, reason = round(float(random.uniform(37.4, 38.6)), 1), "fever"
                elif luck < 0.003:
                    reason = str(random.choice(["wound", "cough", "diarrhoea", "no_work_clothes"]))
                # Who feels ill comes first, so that a healthy colleague's check follows on the same machine.
                wait = 0.0 if reason == "fever" else 60 + random.random() * 1_200
                clock = _seconds(unit.opens_at) - 1_500 + number * 50 + wait
                entries.append(self._entry(day, clock, unit, "morning_check_done", f"c{number + 2}",
                                           person=f"{unit.id}-P{number + 2}", passed=not reason,
                                           body_temperature=min(temperature, 38.9), reason=reason))  # fmt: skip
        return entries

    def _ratings(self, day: date) -> list[Entry]:
        random = self._random("rating", day)
        chosen = self._some(random, RATINGS_A_DAY)
        entries = []
        for number, row in enumerate(chosen):
            taste = random.normal(1.2 + 3.7 * self.care[row], 0.8)
            clock = float(random.choice([12.6, 13.2, 18.8, 19.6, 20.5])) * 3_600 + random.random() * 2_400
            entries.append(self._entry(day, clock, self._units[row], "rating_given", f"r{number}",
                                       stars=int(min(5, max(1, round(taste))))))  # fmt: skip
        return entries

    def _inspections(self, day: date) -> list[Entry]:
        """Every unit once in half a year, in an order of its own."""
        random = self._random("inspection", day)
        entries = []
        for row in range(len(self._units)):
            if (row * 7919 + self._seed) % INSPECTION_DAYS != day.toordinal() % INSPECTION_DAYS:
                continue
            violations = int(random.poisson(6 * (1 - self.care[row]) ** 1.3))
            serious = int(violations > 2 and random.random() < 0.25)
            clock = 9 * 3_600 + random.random() * 7 * 3_600
            entries.append(self._entry(day, clock, self._units[row], "inspection_finished", "i",
                                       passed=violations < 4 and not serious, violations=violations,
                                       serious=serious))  # fmt: skip
        return entries

    def _complaints(self, day: date) -> list[Entry]:
        """Filed on that day; each is closed within five."""
        random = self._random("complaint", day)
        entries = []
        for number, row in enumerate(self._some(random, COMPLAINTS_A_DAY, careless=True)):
            unit, name = self._units[row], f"{day:%Y%m%d}-{number}{self._tag}"
            clock, hours = random.uniform(9, 22) * 3_600, float(np.clip(random.lognormal(3.0, 0.8), 1, 115))
            entries.append(self._entry(day, clock, unit, "complaint_filed", f"q{number}", complaint=name,
                                       problem=str(random.choice(PROBLEMS))))  # fmt: skip
            entries.append(self._entry(day, clock + hours * 3_600, unit, "complaint_closed", f"qc{number}",
                                       complaint=name, upheld=bool(random.random() < 0.45),
                                       hours=round(hours, 1)))  # fmt: skip
        return entries

    def _rectifications(self, day: date) -> list[Entry]:
        random = self._random("rectification", day)
        entries = []
        for number, row in enumerate(self._some(random, RECTIFICATIONS_A_DAY, careless=True)):
            unit, name = self._units[row], f"{day:%Y%m%d}-{number}{self._tag}"
            clock, hours = random.uniform(9, 17) * 3_600, float(np.clip(random.lognormal(3.5, 0.6), 3, 118))
            due = datetime.fromtimestamp(self._instant(day, clock) + 3 * DAY, UTC).isoformat(timespec="seconds")
            entries.append(self._entry(day, clock, unit, "rectification_ordered", f"o{number}", rectification=name,
                                       due_at=due))  # fmt: skip
            entries.append(self._entry(day, clock + hours * 3_600, unit, "rectification_closed", f"oc{number}",
                                       rectification=name, on_time=hours <= 72))  # fmt: skip
        return entries

    # --- tools --------------------------------------------------------------------------------------------------

    def _some(self, random: np.random.Generator, per_day: float, careless: bool = False) -> Sequence[int]:
        """Rows of units that something happens to on a day."""
        count = int(random.poisson(per_day * self._scale))
        if not careless:
            return [int(row) for row in random.integers(len(self._units), size=count)]
        weights = (1.05 - self.care) ** 2
        return [int(row) for row in random.choice(len(self._units), size=count, p=weights / weights.sum())]

    def _random(self, matter: str, day: date) -> np.random.Generator:
        return np.random.default_rng((self._seed, Random(matter).getrandbits(32), day.toordinal()))

    def _entry(self, day: date, clock: float, unit: Unit, kind: str, code: str, **what: Any) -> Entry:
        fact = {"kind": kind, "unit": unit.id, "id": f"city:{code}:{unit.id}:{day:%Y%m%d}{self._tag}", **what}
        return Entry(self._instant(day, clock), fact)

    def _instant(self, day: date, clock: float) -> float:
        return datetime.combine(day, time(), self._timezone).timestamp() + clock

    def _date(self, moment: float) -> date:
        return datetime.fromtimestamp(moment, self._timezone).date()


def _in_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.at, str(entry.fact["id"])))


def _seconds(text: str) -> int:
    hour, minute = text.split(":")
    return (int(hour) * 60 + int(minute)) * 60
