"""The index itself: facts in, a number that explains itself out. Pure; `at` is an argument."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from scoring.index.alarms import after_alarms, indicator_of, open_alarms
from scoring.index.evidence import behind
from scoring.index.folding import FOLDS, read
from scoring.index.indicators import DIMENSIONS, INDICATORS, IndicatorRow
from scoring.index.result import Dimension, IndexResult, Indicator
from scoring.index.state import UnitFacts
from scoring.rules import Rules, defaults
from streaming.events import (
    AlarmChanged,
    AlarmCleared,
    CameraFaultCleared,
    DeviceCameOnline,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    ReadingTaken,
    UnitClosed,
    from_millis,
    millis,
)

# What a unit that closed leaves behind does not bring it back.
ENDS = AlarmChanged, AlarmCleared, CameraFaultCleared, DeviceCameOnline, DeviceRemoved, DeviceWentOffline
Plan = tuple[tuple[IndicatorRow, float, Any], ...]  # (indicator, its share of its dimension, its parameters)


class FoodSafetyIndex:
    """Scores every unit from the facts applied so far.

    >>> from datetime import UTC, datetime
    >>> from streaming.events import RatingGiven
    >>> index, noon = FoodSafetyIndex(), datetime(2026, 6, 18, 4, tzinfo=UTC)
    >>> index.apply(RatingGiven(unit="U1", at=noon, stars=5))
    True
    >>> index.score("U1", noon).total is None  # ratings alone are too little to judge by
    True
    """

    def __init__(self, rules: Rules | None = None, timezone: tzinfo | None = None,
                 units: dict[str, UnitFacts] | None = None):  # fmt: skip
        self.units = units if units is not None else {}
        self._zone = timezone or ZoneInfo("Asia/Shanghai")
        self._day = lru_cache(maxsize=64)(self._day_of_quarter)
        self.use(rules or defaults())

    def use(self, rules: Rules) -> None:
        """Put rules in force: weights and half-lives count from the next score on."""
        self._rules = rules
        self._params: dict[str, Any] = {}
        self._plans: dict[str, tuple[Plan, dict[str, float], dict[str, float], float]] = {}

    def apply(self, event: Event) -> bool:
        """Fold a fact in. Whether it may have moved the unit's index."""
        if type(event) is ReadingTaken:
            unit = self.units.get(event.unit)
            return unit is not None and read(unit, event, self._parameters(unit.business_type), self._rules)
        if isinstance(event, UnitClosed):
            return self.units.pop(event.unit, None) is not None
        fold = FOLDS.get(type(event))
        if fold is None or not event.unit:
            return False
        unit = self.units.get(event.unit)
        if unit is None:
            if isinstance(event, ENDS):
                return False
            unit = self.units[event.unit] = UnitFacts(event.unit)
        return fold(unit, event, self._parameters(unit.business_type))

    def score(self, unit: str, at: datetime) -> IndexResult:
        """The index at that moment with everything behind it. A unit never heard of has no index."""
        facts = self.units.get(unit) or UnitFacts(unit)
        plan, weights, shares, _ = self._plan(facts.business_type)
        values, day = self._values(plan, facts, at), self._day(int(at.timestamp()) // 900)
        present = self._present(plan, values)
        whole = sum(weights[dimension] for dimension in present)
        indicators = tuple(
            self._indicator(facts, day, row, share, params, value, weights, present, whole)
            for (row, share, params), value in zip(plan, values, strict=True)
        )
        dimensions = {
            key: self._dimension(key, indicators, weights[key], present.get(key, 0.0) / (shares[key] or 1.0))
            for key in DIMENSIONS
        }
        total, coverage = self._total(facts.business_type, plan, values)
        return IndexResult(
            unit, at, total, self.colour(facts, total), self._grade(facts, total), round(coverage, 4), dimensions,
            indicators, self._reasons(facts, indicators, total),
        )  # fmt: skip

    def totals(self, at: datetime) -> Iterator[tuple[str, float | None, str]]:
        """(unit, total, colour) of every unit, without the explanation: about ten times as fast as `score`."""
        for id, facts in self.units.items():
            if not facts.registered:
                continue  # heard of before its entry
            plan = self._plan(facts.business_type)[0]
            total, _ = self._total(facts.business_type, plan, self._values(plan, facts, at))
            yield id, total, self.colour(facts, total)

    def colour(self, facts: UnitFacts, total: float | None) -> str:
        if any(alarm.level == 1 for alarm in facts.alarms.values()):
            return "red"
        return "none" if total is None else self._band("index/colours", facts.business_type, total)

    def adopt(self, unit: str, alarm: str, rule: str, since: int) -> None:
        """Say what an open alarm is about that was counted by a version of the product that did not keep it."""
        facts = self.units.get(unit)
        known = facts.alarms.get(alarm) if facts else None
        if facts and known and not known.since:
            indicator = indicator_of(rule, self._parameters(facts.business_type))
            # What a fire alarm costs was counted when it was raised.
            known.since, known.indicator = since, "" if indicator == "smoke_and_gas" else indicator

    def is_listed(self, unit: str) -> bool:
        facts = self.units.get(unit)
        return facts is not None and facts.registered

    def dump(self) -> bytes:
        return msgspec.msgpack.encode(self.units)

    @classmethod
    def load(cls, raw: bytes, rules: Rules, timezone: tzinfo | None = None) -> "FoodSafetyIndex":
        return cls(rules, timezone, msgspec.msgpack.decode(raw, type=dict[str, UnitFacts]))

    # --- the sum

    def _values(self, plan: Plan, facts: UnitFacts, at: datetime) -> list[float | None]:
        moment, day = millis(at), self._day(int(at.timestamp()) // 900)
        values: list[float | None] = []
        for row, _, params in plan:
            value = row.value(facts, moment, day, params)
            if value is not None and not 0.0 <= value <= 1.0:
                value = min(max(value, 0.0), 1.0)
            if "left_share" in params:
                value = after_alarms(facts, row.key, moment, value, params)
            values.append(value)
        return values

    def _total(self, business_type: str, plan: Plan, values: list[float | None]) -> tuple[float | None, float]:
        """(total, coverage). The weight of what is not known goes to what is."""
        _, weights, shares, min_coverage = self._plan(business_type)
        present: dict[str, float] = {}
        earned: dict[str, float] = {}
        for (row, share, _), value in zip(plan, values, strict=True):
            if value is not None and share > 0:
                present[row.dimension] = present.get(row.dimension, 0.0) + share
                earned[row.dimension] = earned.get(row.dimension, 0.0) + share * value
        whole = sum(weights[key] for key in present)
        everything = sum(weights.values())
        coverage = sum(weights[key] * known / shares[key] for key, known in present.items()) / (everything or 1.0)
        if whole <= 0 or coverage < min_coverage:
            return None, coverage
        points = sum(weights[key] * earned[key] / known for key, known in present.items())
        return round(100 * points / whole, 3), coverage

    @staticmethod
    def _present(plan: Plan, values: list[float | None]) -> dict[str, float]:
        """Share of each dimension's indicators that have data."""
        present: dict[str, float] = {}
        for (row, share, _), value in zip(plan, values, strict=True):
            if value is not None and share > 0:
                present[row.dimension] = present.get(row.dimension, 0.0) + share
        return present

    # --- the explanation

    @staticmethod
    def _indicator(facts: UnitFacts, day: int, row: IndicatorRow, share: float, params: Any, value: float | None,
                   weights: dict[str, float], present: dict[str, float], whole: float) -> Indicator:  # fmt: skip
        if value is None or share <= 0 or whole <= 0:
            return Indicator(row.key, row.dimension, 0.0, 0.0, None)
        most = 100 * weights[row.dimension] / whole * share / present[row.dimension]
        since = min((alarm.since for alarm in open_alarms(facts, row.key, params)), default=None)
        because = "" if value >= 0.9995 else row.key if since is None else f"{row.key}_open"
        return Indicator(
            row.key, row.dimension, round(most * value, 4), round(most, 4), round(value, 4),
            behind(facts, row.key, day), because, None if since is None else from_millis(since),
        )  # fmt: skip

    @staticmethod
    def _dimension(key: str, indicators: tuple[Indicator, ...], weight: float, coverage: float) -> Dimension:
        mine = [indicator for indicator in indicators if indicator.dimension == key]
        points, most = sum(each.points for each in mine), sum(each.max for each in mine)
        score = round(100 * points / most, 2) if most > 0 else None
        return Dimension(score, weight, round(points, 3), round(most, 3), round(coverage, 4))

    @staticmethod
    def _reasons(facts: UnitFacts, indicators: tuple[Indicator, ...], total: float | None) -> tuple[str, ...]:
        costly = sorted((each for each in indicators if each.because), key=lambda each: each.points - each.max)
        open_level_1 = ("open_level_1",) if any(alarm.level == 1 for alarm in facts.alarms.values()) else ()
        too_little = ("too_little_known",) if total is None else ()
        return (*open_level_1, *too_little, *(each.because for each in costly))

    def _grade(self, facts: UnitFacts, total: float | None) -> str:
        return "none" if total is None else self._band("index/grades", facts.business_type, total)

    def _band(self, rule: str, business_type: str, total: float) -> str:
        """The name of the highest band that the total reaches."""
        bands = sorted(self._rules.body(rule, business_type).items(), key=lambda band: -band[1])
        return next((name for name, floor in bands if total >= floor), bands[-1][0])

    # --- rules

    def _parameters(self, business_type: str) -> Any:
        found = self._params.get(business_type)
        if found is None:
            found = self._params[business_type] = self._rules.body("index/indicators", business_type)
        return found

    def _plan(self, business_type: str) -> tuple[Plan, dict[str, float], dict[str, float], float]:
        found = self._plans.get(business_type)
        if found is None:
            params = self._parameters(business_type)
            weights = dict(self._rules.body("index/weights", business_type))
            min_coverage = weights.pop("min_coverage")
            plan = tuple((row, float(params[row.key]["share"]), params[row.key]) for row in INDICATORS)
            shares = {key: sum(share for row, share, _ in plan if row.dimension == key) for key in DIMENSIONS}
            found = self._plans[business_type] = (plan, weights, shares, min_coverage)
        return found

    def _day_of_quarter(self, quarter: int) -> int:
        """The city's day, from a count of quarter hours: no time zone changes within one."""
        return datetime.fromtimestamp(quarter * 900, self._zone).toordinal()
