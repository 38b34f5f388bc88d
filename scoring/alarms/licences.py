"""Licences that run out: warned of at each step before the day, and told daily after it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from scoring.alarms.book import Book
from scoring.alarms.state import LicenceEntry, State
from scoring.rules import Rules
from streaming.events import Event, millis

RULE = "alarm/licence/expiry"


class Licences:
    def __init__(self, state: State, book: Book, rules: Rules, zone: tzinfo):
        self._state, self._book, self._rules, self._zone = state, book, rules, zone

    def recorded(self, unit: str, licence: str, expires_on: date | None, at: int, out: list[Event]) -> None:
        slot = f"{unit}|{licence}"
        before = self._state.licences.get(slot)
        if before is not None:
            if expires_on is not None and before.expires == expires_on.toordinal():
                return
            self._book.clear(before.key, at, out)
            del self._state.licences[slot]
        if expires_on is not None:
            key = f"licence.{licence}:{unit}:{expires_on.isoformat()}:{at}"
            self._state.licences[slot] = LicenceEntry(unit, licence, expires_on.toordinal(), key)
            self._state.licences_changed.add(slot)

    def tick(self, now: int, out: list[Event]) -> None:
        today = self._day(now)
        state = self._state
        due = state.licences if today != state.licences_day else state.licences_changed
        for slot in sorted(due):
            if slot in state.licences:
                self._judge(state.licences[slot], today, now, out)
        state.licences_day = today
        state.licences_changed.clear()

    def use(self, rules: Rules, now: int, out: list[Event]) -> None:
        self._rules = rules
        self._state.licences_day = 0
        for entry in self._state.licences.values():
            if entry.key in self._book and self._level(entry, self._day(now)) is None:
                self._book.clear(entry.key, now, out)
                # Due again it is another alarm: an id is used once.
                entry.key = f"{entry.key.rpartition(':')[0]}:{now}"

    def _judge(self, entry: LicenceEntry, today: int, now: int, out: list[Event]) -> None:
        level = self._level(entry, today)
        if level is None:
            return
        alarm = self._book.get(entry.key)
        expires_on, left = date.fromordinal(entry.expires), float(entry.expires - today)
        if alarm is None:
            warned = max(days for days, _ in self._body(entry)["days"])
            since = millis(datetime.combine(expires_on - timedelta(days=warned), time.min, self._zone))
            self._book.raise_(
                entry.key, now, out, unit=entry.unit, rule=RULE, level=level, since=since, reason="licence_expiry",
                metric=entry.licence, value=left, limit=expires_on.isoformat(),
            )  # fmt: skip
        elif level < alarm.level or _is_next(self._body(entry), alarm.value, left):
            self._book.change(entry.key, now, out, level=min(level, alarm.level), value=left)

    def _level(self, entry: LicenceEntry, today: int) -> int | None:
        return level_of(self._body(entry), entry.expires - today)

    def _body(self, entry: LicenceEntry) -> Mapping[str, Any]:
        return self._rules.body(RULE, self._state.unit(entry.unit).business_type)

    def _day(self, now: int) -> int:
        return datetime.fromtimestamp(now / 1000, self._zone).toordinal()


def level_of(body: Mapping[str, Any], left: int) -> int | None:
    """The level of a licence with so many days left; None: nothing to tell."""
    if not body.get("enabled", False):
        return None
    levels = [level for days, level in body["days"] if left <= days]
    if left < 0:
        levels.append(body["expired_level"])
    return min(levels, default=None)


def _is_next(body: Mapping[str, Any], told: float | None, left: float) -> bool:
    """Whether the next warning is due: a step nearer to the day, or another day after it."""
    if told is None or left >= told:
        return False
    return left < 0 or any(left <= days < told for days, _ in body["days"])
