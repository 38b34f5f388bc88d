"""The rules in force, as the judges ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One version of one row. The body's fields depend on the family of the key (`checks.py`)."""

    key: str
    version: int
    body: Mapping[str, Any]


@dataclass(frozen=True)
class LimitRule:
    """An alarm limit of one metric of one kind of device. `key` is the row it came from."""

    key: str
    metric: str
    low: float | None
    high: float | None
    dwell_seconds: float
    level: int
    then: tuple[tuple[float, int], ...]
    when: str
    hysteresis: float
    step: float  # AlarmChanged is told each time the value got worse by so much; 0: never
    unit: str = ""
    name: str = ""

    def outside(self, value: float) -> bool:
        return (self.high is not None and value > self.high) or (self.low is not None and value < self.low)

    def is_back(self, value: float) -> bool:
        """Inside by the hysteresis, so that a value on the edge does not open and close an alarm all day."""
        if self.high is not None and value > self.high - self.hysteresis:
            return False
        return self.low is None or value >= self.low + self.hysteresis

    def excess(self, value: float) -> float:
        """How far outside; 0 inside."""
        above = value - self.high if self.high is not None else 0.0
        below = self.low - value if self.low is not None else 0.0
        return max(above, below, 0.0)

    def level_after(self, seconds: float) -> int:
        """The level once the value has been outside for so long."""
        return min([self.level, *(level for after, level in self.then if seconds >= after)])

    @property
    def short(self) -> str:
        """The part of an alarm's id that names the limit: `temperature`, `lel.warn`."""
        return f"{self.metric}.{self.name}" if self.name else self.metric

    @property
    def text(self) -> str:
        """The limit as people write it: `0 … 8 °C`."""
        if self.low is not None and self.high is not None:
            said = f"{self.low:g} … {self.high:g}"
        else:
            said = f"≤ {self.high:g}" if self.high is not None else f"≥ {self.low:g}"
        return f"{said} {self.unit}".rstrip()


class Rules:
    """All rows in force. A row of one business type (`key@school`) wins over the general one."""

    def __init__(self, rows: Mapping[str, Rule]):
        self._rows = dict(rows)
        self._limits: dict[tuple[str, str, str], tuple[LimitRule, ...]] = {}

    def __iter__(self):
        return iter(sorted(self._rows.values(), key=lambda rule: rule.key))

    def get(self, key: str, business_type: str = "") -> Rule | None:
        return self._rows.get(f"{key}@{business_type}") or self._rows.get(key)

    def body(self, key: str, business_type: str = "") -> Mapping[str, Any]:
        """The body in force; empty when there is no such row."""
        rule = self.get(key, business_type)
        return rule.body if rule else {}

    def versions(self) -> dict[str, int]:
        return {rule.key: rule.version for rule in self._rows.values()}

    def changed(self, rule: Rule) -> "Rules":
        """These rules with one row in a new version."""
        return Rules({**self._rows, rule.key: rule})

    def limits(self, kind: str, metric: str, business_type: str = "") -> tuple[LimitRule, ...]:
        """The enabled limits of a metric for a type of business."""
        asked = (kind, metric, business_type)
        if asked not in self._limits:
            self._limits[asked] = self._find_limits(*asked)
        return self._limits[asked]

    def metrics(self, kind: str) -> frozenset[str]:
        """The metrics of a kind that have any limit."""
        return self._metrics.get(kind, frozenset())

    @cached_property
    def _bases(self) -> dict[tuple[str, str], list[str]]:
        bases: dict[tuple[str, str], set[str]] = {}
        for rule in self._rows.values():
            if "metric" in rule.body:
                asked = (rule.body["device_kind"], rule.body["metric"])
                bases.setdefault(asked, set()).add(rule.key.partition("@")[0])
        return {asked: sorted(keys) for asked, keys in bases.items()}

    @cached_property
    def _metrics(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for kind, metric in self._bases:
            found.setdefault(kind, set()).add(metric)
        return {kind: frozenset(metrics) for kind, metrics in found.items()}

    def _find_limits(self, kind: str, metric: str, business_type: str) -> tuple[LimitRule, ...]:
        rules = (self.get(base, business_type) for base in self._bases.get((kind, metric), ()))
        return tuple(_limit(rule) for rule in rules if rule is not None and rule.body.get("enabled", True))


def _limit(rule: Rule) -> LimitRule:
    body = rule.body
    limit = LimitRule(
        key=rule.key,
        metric=body["metric"],
        low=body.get("low"),
        high=body.get("high"),
        dwell_seconds=body.get("dwell_seconds", 0),
        level=body["level"],
        then=tuple((seconds, level) for seconds, level in body.get("then", ())),
        when=body.get("when", "always"),
        hysteresis=body.get("hysteresis", 0.0),
        step=body.get("step", 0.0),
        unit=body.get("unit", ""),
    )
    parts = rule.key.partition("@")[0].split("/")
    return replace(limit, name=parts[3]) if len(parts) > 3 else limit
