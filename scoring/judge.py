"""All judges as one: a fact goes in, what follows from it comes out. Pure; a replay gives the same answers.

What is said here comes back through the log like any other fact; it was counted when it was said, so it is passed
over then (`mine`). After a restart the log tells what had been said, and it is taken as heard: so time passing, which
no log holds, needs no replay.
"""

import logging
import zlib
from collections.abc import Callable
from datetime import datetime, tzinfo

import msgspec
from msgspec.structs import replace

from scoring.alarms import AlarmEngine
from scoring.index import FoodSafetyIndex, IndexResult, Move
from scoring.index.folding import key_of
from scoring.online import HEARD, SILENT, Online
from scoring.rules import Rules
from streaming.events import (
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    AlarmUnsilenced,
    DeviceCameOnline,
    DeviceWentOffline,
    Event,
    IndexChanged,
    ReadingTaken,
    UnitClosed,
    millis,
)

log = logging.getLogger("score")
FORM = 1  # raise it when the shape of the state changes: older checkpoints are then passed over, not misread
OURS = ("alarm_raised:", "alarm_changed:", "alarm_returned:", "alarm_cleared:", "index_changed:", HEARD, SILENT)
OWN_KINDS = frozenset({
    AlarmRaised, AlarmChanged, AlarmUnsilenced, AlarmCleared, IndexChanged, DeviceCameOnline, DeviceWentOffline,
})  # fmt: skip
MOVED, THROTTLE_MS = 0.1, 10_000
FADED = 0.5  # what moves by nothing but time moves slowly, and for every unit: it is told in wider steps
STEP = 0.01  # points; what moved less is rounding
FACTS = 5  # remembered of what moved a unit
AT_MOST = 1_000  # indexes told in one step, so that no step takes long

Hear = Callable[[Event], None]


class Told(msgspec.Struct):
    """The index as last told of a unit."""

    total: float | None
    colour: str
    at: int
    points: dict[str, float] = {}  # of each indicator


class _Saved(msgspec.Struct):
    form: int
    versions: dict[str, int]
    alarms: bytes
    online: bytes
    index: bytes
    told: dict[str, Told]
    moved: dict[str, list[str]]
    mine: set[str]


class Judge:
    """`hear` is called with every fact that took effect, ours included, in order."""

    def __init__(self, rules: Rules, zone: tzinfo):
        self.rules, self._zone = rules, zone
        self.alarms = AlarmEngine(rules, zone)
        self.online = Online(rules)
        self.index = FoodSafetyIndex(rules, zone)
        self.told: dict[str, Told] = {}
        self._moved: dict[str, list[str]] = {}  # unit -> newest facts since its index was told
        self._at_once: set[str] = set()
        self._mine: set[str] = set()

    def take(self, event: Event, out: list[Event], hear: Hear) -> None:
        if type(event) in OWN_KINDS and event.key in self._mine:
            self._mine.discard(event.key)
            return
        self._index(event)
        said = self.online.on_event(event)
        said += self.alarms.on_event(event)
        if isinstance(event, IndexChanged):
            before = self.told.get(event.unit)
            points = before.points if before else {}
            self.told[event.unit] = Told(event.total, event.colour, millis(event.at), points)
        hear(event)
        if said:
            self._say(said, out, hear)

    def tick(self, now: datetime, out: list[Event], hear: Hear) -> None:
        """What follows from time passing."""
        self._say(self.online.tick(now), out, hear)
        self._say(self.alarms.tick(now), out, hear)

    def use(self, rules: Rules, at: datetime, out: list[Event], hear: Hear) -> None:
        """Put rules in force at once."""
        self.rules = rules
        self.online.use(rules)
        self.index.use(rules)
        self._say(self.alarms.use(rules, at), out, hear)

    def rescore(self, now: datetime, out: list[Event], hear: Hear) -> list[IndexResult]:
        """Tell the index of units that moved; at most every ten seconds each, at once when a colour changes."""
        results: list[IndexResult] = []
        moment = millis(now)
        for unit in list(self._moved):
            if len(results) >= AT_MOST:
                break
            if not self.index.is_listed(unit):
                del self._moved[unit]  # heard of before its entry: it is scored when that comes
                continue
            told = self.told.get(unit)
            if told and unit not in self._at_once and 0 <= moment - told.at < THROTTLE_MS:
                continue
            self._at_once.discard(unit)
            try:
                result = self.index.score(unit, now)
            except Exception:
                log.exception("the index of %s could not be worked out after %s", unit, self._moved.pop(unit))
                continue
            if told and not _differs(told, result):
                del self._moved[unit]
            elif not told or told.colour != result.colour or not 0 <= moment - told.at < THROTTLE_MS:
                facts = self._moved.pop(unit)
                result = _compared(result, told, facts)
                results.append(result)
                self._tell(result, told, facts, out, hear)
        return results

    def fade(self, now: datetime) -> None:
        """Mark the units whose index moved by nothing but time."""
        for unit, total, colour in self.index.totals(now):
            told = self.told.get(unit)
            if told is None or told.colour != colour or _is_apart(told.total, total, FADED):
                self._moved.setdefault(unit, [])

    def adopt(self, event: Event) -> None:
        """Take what we said before a restart as said, and pass it over when it comes through the log."""
        self.take(event, [], _nobody)
        self._mine.add(event.key)

    def dump(self) -> bytes:
        saved = _Saved(
            FORM, self.rules.versions(), self.alarms.dump(), self.online.dump(), self.index.dump(), self.told,
            self._moved, self._mine,
        )  # fmt: skip
        return zlib.compress(msgspec.msgpack.encode(saved), 1)

    @classmethod
    def load(cls, raw: bytes, find_rules: Callable[[dict[str, int]], Rules], zone: tzinfo) -> "Judge | None":
        """The judge as it was; None when another version of the product saved it."""
        try:
            saved = msgspec.msgpack.decode(zlib.decompress(raw), type=_Saved)
            if saved.form != FORM:
                return None
            rules = find_rules(saved.versions)
            judge = cls(rules, zone)
            judge.alarms = AlarmEngine.load(saved.alarms, rules, zone)
            judge.online = Online.load(saved.online, rules)
            judge.index = FoodSafetyIndex.load(saved.index, rules, zone)
        except (msgspec.MsgspecError, zlib.error):
            return None
        for key, alarm in judge.alarms.state.alarms.items():
            judge.index.adopt(alarm.unit, key, alarm.rule, alarm.since)
        judge.told, judge._moved, judge._mine = saved.told, saved.moved, saved.mine
        return judge

    def _say(self, said: list[Event], out: list[Event], hear: Hear) -> None:
        """Each judge hears the others, none hears itself: it has already counted what it says."""
        for event in said:
            self._mine.add(event.key)
            self._index(event)
            out.append(event)
            hear(event)
            if isinstance(event, DeviceCameOnline | DeviceWentOffline):
                self._say(self.alarms.on_event(event), out, hear)

    def _index(self, event: Event) -> None:
        moves = self.index.apply(event)
        if isinstance(event, UnitClosed):
            # It has no index any more: nothing is to be told, or written behind its removal.
            for known in (self.told, self._moved):
                known.pop(event.unit, None)
            self._at_once.discard(event.unit)
        elif moves:
            self._note(event)

    def _note(self, event: Event) -> None:
        facts = self._moved.setdefault(event.unit, [])
        facts.append(key_of(event) if type(event) is ReadingTaken else event.key)
        if len(facts) > FACTS:
            # An alarm says more than the readings that come every few seconds while it is open.
            oldest = next((place for place, fact in enumerate(facts) if fact.startswith("reading:")), 0)
            del facts[oldest]
        if type(event) is not ReadingTaken:
            self._at_once.add(event.unit)

    def _tell(self, result: IndexResult, told: Told | None, facts: list[str], out: list[Event], hear: Hear) -> None:
        unit, at = result.unit, millis(result.at)
        self.told[unit] = Told(result.total, result.colour, at, _points(result))
        if told is None and result.total is None and result.colour == "none":
            return  # a unit about which too little is known is no news
        changed = IndexChanged(
            unit=unit, at=result.at, id=f"index_changed:{unit}:{at}", total=result.total, colour=result.colour,
            grade=result.grade, coverage=result.coverage,
            dimensions={key: dimension.score for key, dimension in result.dimensions.items()},
            previous=told.total if told else None, because=_because(result, facts),
        )  # fmt: skip
        self._mine.add(changed.key)
        out.append(changed)
        hear(changed)


def is_ours(event: Event) -> bool:
    """Whether this process said it, as opposed to a device or another process."""
    return type(event) in OWN_KINDS and event.id.startswith(OURS)


def _nobody(event: Event) -> None:
    pass


def _points(result: IndexResult) -> dict[str, float]:
    return {each.key: each.points for each in result.indicators if each.max > 0}


def _compared(result: IndexResult, told: Told | None, facts: list[str]) -> IndexResult:
    """The result with what moved since it was told before, the largest step first."""
    if told is None or not told.points:
        return result
    now = {each.key: each for each in result.indicators}
    moves = [
        Move(key, told.points.get(key), each.points, tuple(fact for fact in each.facts if fact in facts))
        for key, each in now.items()
        if abs(each.points - told.points.get(key, 0.0)) >= STEP
    ]
    moves.sort(key=lambda move: -abs(move.after - (move.before or 0.0)))
    return replace(result, previous=told.total, moved=tuple(moves))


def _because(result: IndexResult, facts: list[str]) -> tuple[str, ...]:
    """The facts behind what moved; without any, the newest that were heard."""
    behind = dict.fromkeys(fact for move in result.moved for fact in move.facts)
    return tuple(behind) or tuple(facts)


def _differs(told: Told, result: IndexResult) -> bool:
    return told.colour != result.colour or _is_apart(told.total, result.total)


def _is_apart(before: float | None, after: float | None, by: float = MOVED) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) >= by - 1e-9
