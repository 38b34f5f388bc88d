"""Events from outside become stored facts: judged, stored once, counted and told, in the caller's transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite

import msgspec
from psycopg import Connection

from streaming import quarantine
from streaming.events import Event, ReadingTaken, from_millis, millis
from streaming.intake.conflicts import Conflict, contradicting_facts, contradicting_ids, contradicting_readings
from streaming.intake.facts import insert_facts
from streaming.intake.series import Key, SeriesStore, series_of
from streaming.intake.times import EPOCH, FUTURE, OLDEST_AGE, wrong_time
from streaming.log import Log
from streaming.quarantine import Refused
from streaming.registry import Device, Registry

_TALLY = """
    INSERT INTO tally (process, thing, total)
    SELECT %s, thing, n FROM unnest(%s::text[], %s::bigint[]) AS told (thing, n)
    ON CONFLICT (process, thing) DO UPDATE SET total = tally.total + excluded.total
"""
_POSTED = """
    INSERT INTO posted_id (id, says) SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING RETURNING id
"""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class NotStored:
    """An event that went to the quarantine instead, with the reason as code and words."""

    id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Accepted:
    stored_ids: list[str]
    duplicate_ids: list[str]
    quarantined: list[NotStored]
    readings: int = 0  # stored ones
    facts: int = 0
    duplicates: int = 0
    late: int = 0
    conflicts: int = 0  # duplicates that say something else, where the sender cannot be told


@dataclass(slots=True)
class _Batch:
    """What has become of the events of one call."""

    stored: list[Event] = field(default_factory=list)
    duplicates: list[Event] = field(default_factory=list)
    refused: list[tuple[Event, str, str]] = field(default_factory=list)
    again: list[tuple[Key, ReadingTaken]] = field(default_factory=list)  # readings of a moment that has its value
    conflicts: list[Conflict] = field(default_factory=list)
    late: int = 0


class Intake:
    """Stores what devices and other systems tell. One instance per thread; `registry` may be shared.

    `only_writer`: nobody else writes readings of the same devices, so the newest times may be remembered between calls.
    """

    def __init__(self, registry: Registry, log: Log, process: str = "ingest", only_writer: bool = True):
        self._registry = registry
        self._log = log
        self._process = process
        self._only_writer = only_writer
        self._series = SeriesStore()

    def accept(
        self,
        connection: Connection,
        events: Sequence[Event],
        now: datetime,
        *,
        source: str = "http",
        refused: Sequence[Refused] = (),
    ) -> Accepted:
        """Store the events in the caller's transaction; `refused` are messages that never became events.

        The log's lock is taken here: let it be the last thing before the commit. When the commit fails, call `forget`.
        """
        if not self._only_writer:
            self._series.forget()
        batch = _Batch()
        self._store(connection, events, now, batch)
        self._compare(connection, now, batch, tell=source == "http")
        kept_back = [_as_refused(event, reason, detail, now, source) for event, reason, detail in batch.refused]
        readings = sum(type(event) is ReadingTaken for event in batch.stored)
        counted = {
            "readings": readings,
            "facts": len(batch.stored) - readings,
            "duplicates": len(batch.duplicates),
            "late": batch.late,
            "conflicts": len(batch.conflicts),
        }
        with connection.pipeline():  # nothing here waits for the answer before it
            quarantine.keep(connection, [*refused, *kept_back])
            self._count(connection, Counter(counted), [*refused, *kept_back])
            self._log.append(connection, batch.stored)
        return Accepted(
            stored_ids=[event.key for event in batch.stored] if source == "http" else [],
            duplicate_ids=[event.key for event in batch.duplicates] if source == "http" else [],
            quarantined=[NotStored(event.key, reason, detail) for event, reason, detail in batch.refused],
            **counted,
        )

    def forget(self) -> None:
        """After a transaction that failed: what was learnt in it is not true."""
        self._series.forget()
        self._registry.forget_metrics()

    def _store(self, connection: Connection, events: Sequence[Event], now: datetime, batch: _Batch) -> None:
        """Fill `batch`: every event is stored, a duplicate or refused."""
        self._prepare(connection, events)
        readings, facts = self._judge(events, now, batch)
        if any(reading.id for reading in readings.values()):
            self._drop_known_ids(connection, readings, now, batch)
        values = {key: reading.value for key, reading in readings.items()}
        stored_keys, batch.late = self._series.store(connection, values)
        if len(stored_keys) == len(readings):
            batch.stored = list(readings.values())
        else:
            batch.stored = [reading for key, reading in readings.items() if key in stored_keys]
            batch.again += [(key, reading) for key, reading in readings.items() if key not in stored_keys]
        if facts:
            new = insert_facts(connection, facts)
            new_ids = {id(fact) for fact in new}
            batch.duplicates += [fact for fact in facts if id(fact) not in new_ids]
            # readers must meet a status in the order of time among the readings
            batch.stored = sorted(batch.stored + new, key=lambda event: event.at)

    def _judge(
        self, events: Sequence[Event], now: datetime, batch: _Batch
    ) -> tuple[dict[Key, ReadingTaken], list[Event]]:
        """Readings by their identity, and other facts; the rest is put down in `batch`."""
        devices, metrics = self._registry.devices, self._registry.metrics
        earliest, latest = max(EPOCH, now - OLDEST_AGE), now + FUTURE
        readings: dict[Key, ReadingTaken] = {}
        facts: list[Event] = []
        for told in events:
            if type(told) is not ReadingTaken:
                self._judge_fact(told, now, facts, batch)
                continue
            device = devices.get(told.device)
            metric_no = metrics.get(told.metric)
            if device is None or metric_no is None or not earliest <= told.at <= latest or not isfinite(told.value):
                batch.refused.append(_why_not(told, device, metric_no, now))
                continue
            at_ms = millis(told.at)
            if told.unit != device.unit_id or told.at.microsecond % 1000:
                if told.unit not in ("", device.unit_id):
                    batch.refused.append(_misplaced(told, device))
                    continue
                told = msgspec.structs.replace(told, unit=device.unit_id, at=from_millis(at_ms))
            key = (series_of(device.no, metric_no), at_ms)
            if readings.setdefault(key, told) is not told:
                batch.again.append((key, told))
        return readings, facts

    def _judge_fact(self, told: Event, now: datetime, facts: list[Event], batch: _Batch) -> None:
        device_id = getattr(told, "device", "")
        device = self._registry.devices.get(device_id) if device_id else None
        if device_id and device is None:
            batch.refused.append((told, "unknown_device", f"no device {device_id!r} is registered"))
        elif told.at > now + FUTURE:
            batch.refused.append((told, *(wrong_time(told.at, now) or ("future_time", ""))))
        elif device is not None and told.unit not in ("", device.unit_id):
            batch.refused.append(_misplaced(told, device))
        elif device is not None and not told.unit:
            facts.append(msgspec.structs.replace(told, unit=device.unit_id))
        else:
            facts.append(told)

    def _prepare(self, connection: Connection, events: Sequence[Event]) -> None:
        """Look up devices and metrics we have not met."""
        devices, metrics = self._registry.devices, self._registry.metrics
        unknown: set[str] = set()
        new: set[str] = set()
        for event in events:
            if type(event) is ReadingTaken:
                device = event.device
                if event.metric not in metrics:
                    new.add(event.metric)
            else:
                device = getattr(event, "device", "")
            if device and device not in devices:
                unknown.add(device)
        if unknown:
            self._registry.look_up(connection, [("native", name) for name in unknown])
        if new:
            self._registry.number_metrics(connection, new)

    def _compare(self, connection: Connection, now: datetime, batch: _Batch, tell: bool) -> None:
        """Tell what was only sent again from what contradicts the first. A device cannot be told: it is counted."""
        batch.conflicts += contradicting_readings(connection, batch.again)
        facts = [event for event in batch.duplicates if type(event) is not ReadingTaken]
        batch.duplicates += [told for _, told in batch.again]
        if tell:
            batch.conflicts += contradicting_facts(connection, facts, now)
            told_otherwise = {id(event) for event, _ in batch.conflicts}
            batch.duplicates = [event for event in batch.duplicates if id(event) not in told_otherwise]
            batch.refused += [(event, "conflict", detail) for event, detail in batch.conflicts]
            batch.conflicts = []

    def _drop_known_ids(
        self, connection: Connection, readings: dict[Key, ReadingTaken], now: datetime, batch: _Batch
    ) -> None:
        """Ids that senders gave to their readings are good for one reading for ever."""
        first: dict[str, Key] = {}
        for key, reading in readings.items():
            if reading.id:
                first.setdefault(reading.id, key)
        says = [identity(readings[key]) for key in first.values()]
        new = {row[0] for row in connection.execute(_POSTED, (list(first), says))}
        known: dict[str, list[tuple[Key, ReadingTaken]]] = {}
        for key, reading in list(readings.items()):
            if reading.id and (reading.id not in new or first[reading.id] != key):
                known.setdefault(reading.id, []).append((key, readings.pop(key)))
        if known:
            found, same = contradicting_ids(connection, known, now)
            batch.conflicts += found
            batch.again += same
            settled = {id(reading) for reading, _ in found} | {id(reading) for _, reading in same}
            batch.duplicates += [one for many in known.values() for _, one in many if id(one) not in settled]

    def _count(self, connection: Connection, counted: Counter[str], refused: Sequence[Refused]) -> None:
        counted.update(f"quarantined:{one.reason}" for one in refused)
        things = sorted(thing for thing, total in counted.items() if total)
        if things:
            connection.execute(_TALLY, (self._process, things, [counted[thing] for thing in things]))


def identity(told: ReadingTaken) -> str:
    """What a reading is, whatever id its sender gave it."""
    return f"reading:{told.device}:{told.metric}:{millis(told.at)}"


def _misplaced(told: Event, device: Device) -> tuple[Event, str, str]:
    detail = f"{device.id!r} is in unit {device.unit_id!r}, not in {told.unit!r}; allowed is its own unit or none"
    return told, "other_unit", detail


def _why_not(told: ReadingTaken, device: Device | None, metric_no: int | None, now: datetime) -> tuple[Event, str, str]:
    if device is None:
        return told, "unknown_device", f"no device {told.device!r} is registered"
    if not isfinite(told.value):
        return told, "not_finite", f"{told.metric} is {told.value}, which is no number"
    wrong = wrong_time(told.at, now)
    if wrong:
        return told, *wrong
    return told, "unknown_metric", f"the name {told.metric[:80]!r} is too long, or there are too many metrics already"


def _as_refused(event: Event, reason: str, detail: str, now: datetime, source: str) -> Refused:
    name = getattr(event, "device", "")
    topic = "POST /api/v1/events" if source == "http" else ""
    return Refused(now, source, topic, _encode(event), reason, detail, f"native:{name}" if name else None)
