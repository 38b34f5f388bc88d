"""Faults of cameras: found and cleared by whoever looks at the pictures; told when they last."""

from scoring.alarms.book import Book
from scoring.alarms.state import Device, Fact, State
from scoring.rules import Rules
from streaming.events import Event


class Cameras:
    def __init__(self, state: State, book: Book, rules: Rules):
        self._state, self._book, self._rules = state, book, rules

    def found(self, device: Device, fault: str, at: int) -> None:
        slot = f"{device.id}|camera.{fault}"
        if slot not in self._state.facts:
            self._state.facts[slot] = Fact(
                key=f"camera.{fault}:{device.id}:{at}", rule=f"alarm/camera/{fault}", unit=device.unit,
                device=device.id, metric=fault, since=at, newest=at, value=0, worst=0,
            )  # fmt: skip

    def cleared(self, device: Device, fault: str, at: int, out: list[Event]) -> None:
        fact = self._state.facts.pop(f"{device.id}|camera.{fault}", None)
        if fact is not None:
            self._book.clear(fact.key, at, out)

    def tick(self, now: int, out: list[Event]) -> None:
        for fact in self._state.facts.values():
            if not fact.rule.startswith("alarm/camera/"):
                continue
            body = self._rules.body(fact.rule, self._state.unit(fact.unit).business_type)
            if not body.get("enabled", False):
                continue
            seconds = (now - fact.since) / 1000
            level = min([body["level"], *(level for after, level in body["then"] if seconds >= after)])
            alarm = self._book.get(fact.key)
            if alarm is None and seconds >= body["dwell_seconds"]:
                self._book.raise_(
                    fact.key, now, out, unit=fact.unit, rule=fact.rule, level=level, since=fact.since,
                    reason=f"camera_{fact.metric}", device=fact.device,
                )  # fmt: skip
            elif alarm is not None and level < alarm.level:
                self._book.change(fact.key, now, out, level=level, value=None)

    def use(self, rules: Rules, now: int, out: list[Event]) -> None:
        self._rules = rules
        for fact in self._state.facts.values():
            if fact.rule.startswith("alarm/camera/") and fact.key in self._book:
                body = rules.body(fact.rule, self._state.unit(fact.unit).business_type)
                if not body.get("enabled", False):
                    self._book.clear(fact.key, now, out)
                    # Switched on again it is another alarm: an id is used once.
                    fact.key = f"camera.{fact.metric}:{fact.device}:{now}"
