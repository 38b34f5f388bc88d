"""Readings against limits: outside for the dwell time raises, back inside clears, late readings count for nothing."""

from datetime import tzinfo

from scoring.alarms.book import Book
from scoring.alarms.hours import in_force
from scoring.alarms.state import Device, Fact, State
from scoring.rules import LimitRule, Rules
from streaming.events import Event


class Limits:
    def __init__(self, state: State, book: Book, rules: Rules, zone: tzinfo):
        self._state, self._book, self._rules, self._zone = state, book, rules, zone

    def on_reading(self, device: Device, metric: str, at: int, value: float, out: list[Event]) -> None:
        last = device.last.get(metric)
        if last is not None and at <= last[0]:
            return  # late or told again: newer news is already known
        device.last[metric] = (at, value)
        if metric in self._rules.metrics(device.kind):
            business_type = self._state.unit(device.unit).business_type
            for limit in self._rules.limits(device.kind, metric, business_type):
                self._judge(device, limit, at, value, out)

    def tick(self, now: int, out: list[Event]) -> None:
        """Dwell times and levels also run while nothing new is said, as long as the newest reading is fresh."""
        for slot, fact in list(self._state.facts.items()):
            if not is_limit(fact):
                continue
            device = self._state.devices.get(fact.device)
            limit = self._limit_of(fact)
            if device is None or limit is None or not self._counts(device, limit, now):
                self._end(slot, fact, now, out)
            elif now - fact.newest <= device.stale_after:
                self._grow(fact, limit, now, out)

    def use(self, rules: Rules, now: int, out: list[Event]) -> None:
        """Judge the newest value of every device by new rules."""
        self._rules = rules
        for slot, fact in list(self._state.facts.items()):
            if is_limit(fact) and self._limit_of(fact) is None:
                self._end(slot, fact, now, out)
        for device in self._state.devices.values():
            business_type = self._state.unit(device.unit).business_type
            for metric in rules.metrics(device.kind) & device.last.keys():
                at, value = device.last[metric]
                for limit in rules.limits(device.kind, metric, business_type):
                    self._judge(device, limit, at, value, out, born=now)

    def forget(self, device: Device, at: int, out: list[Event]) -> None:
        """The device is gone: so are its facts."""
        for slot, fact in list(self._state.facts.items()):
            if fact.device == device.id:
                self._end(slot, fact, at, out)

    def _judge(
        self, device: Device, limit: LimitRule, at: int, value: float, out: list[Event], born: int | None = None
    ) -> None:
        slot = f"{device.id}|{limit.short}"
        fact = self._state.facts.get(slot)
        if fact is None:
            if limit.outside(value) and self._counts(device, limit, at):
                fact = self._state.facts[slot] = _begin(device, limit, at, value, born)
                self._grow(fact, limit, at, out)
            return
        is_over = limit.is_back(value) if fact.key in self._book else not limit.outside(value)
        if is_over or not self._counts(device, limit, at):
            self._end(slot, fact, at, out, value)
            return
        if fact.key not in self._book and at - fact.newest > device.stale_after:
            # Nobody knows what happened in the silence: the dwell time starts again.
            fact = self._state.facts[slot] = _begin(device, limit, at, value)
        fact.rule, fact.newest, fact.value = limit.key, at, value
        if limit.excess(value) > limit.excess(fact.worst):
            fact.worst = value
        self._grow(fact, limit, at, out)

    def _grow(self, fact: Fact, limit: LimitRule, now: int, out: list[Event]) -> None:
        """Raise when it lasted, tell when it got worse. The level of an open alarm never falls."""
        seconds = (now - fact.since) / 1000
        alarm = self._book.get(fact.key)
        if alarm is None:
            if seconds >= limit.dwell_seconds:
                self._book.raise_(
                    fact.key, now, out, unit=fact.unit, rule=limit.key, level=limit.level_after(seconds),
                    since=fact.since, reason=reason_of(limit, fact.worst), device=fact.device, metric=fact.metric,
                    value=fact.worst, limit=limit.text,
                )  # fmt: skip
            return
        level = min(alarm.level, limit.level_after(seconds))
        told = limit.excess(alarm.value) if alarm.value is not None else 0.0
        is_worse = limit.step > 0 and limit.excess(fact.worst) >= told + limit.step
        if level < alarm.level or is_worse:
            self._book.change(fact.key, now, out, level=level, value=fact.worst)

    def _end(self, slot: str, fact: Fact, at: int, out: list[Event], value: float | None = None) -> None:
        del self._state.facts[slot]
        self._book.clear(fact.key, at, out, value)

    def _counts(self, device: Device, limit: LimitRule, at: int) -> bool:
        return in_force(limit.when, self._state.unit(device.unit), at, self._zone)

    def _limit_of(self, fact: Fact) -> LimitRule | None:
        """The limit in force for a fact, which may be another row by now than when it began."""
        device = self._state.devices.get(fact.device)
        if device is None:
            return None
        limits = self._rules.limits(device.kind, fact.metric, self._state.unit(device.unit).business_type)
        name = fact.key.partition(":")[0]
        return next((limit for limit in limits if limit.short == name), None)


def is_limit(fact: Fact) -> bool:
    return not fact.rule.startswith("alarm/camera/")


def reason_of(limit: LimitRule, value: float) -> str:
    """The key of the sentence that says what is wrong (catalogue of texts, group `alarm`)."""
    if not limit.unit and limit.metric in FLAGS:
        return limit.metric
    return "above_limit" if limit.high is not None and value > limit.high else "below_limit"


FLAGS = frozenset({"smoke", "manual_trigger", "fault", "cycle_ok", "exposed"})


def _begin(device: Device, limit: LimitRule, at: int, value: float, born: int | None = None) -> Fact:
    """A new fact. Born of a changed rule it gets its own id: the same reading may have had an alarm before."""
    return Fact(
        key=f"{limit.short}:{device.id}:{born or at}", rule=limit.key, unit=device.unit, device=device.id,
        metric=limit.metric, since=at, newest=at, value=value, worst=value,
    )  # fmt: skip
