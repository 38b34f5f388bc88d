"""What was told again is either the same or contradicts what was told first. The first one counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from psycopg import Connection

from streaming.events import Event, ReadingTaken, from_dict, from_millis, millis
from streaming.intake.series import Key, columns_of

Conflict = tuple[Event, str]  # what was told, and in words what it contradicts

_OTHER_VALUES = """
    SELECT told.place - 1, reading.value
      FROM unnest(%s::int[], %s::smallint[], %s::timestamptz[], %s::float8[])
           WITH ORDINALITY AS told (device_no, metric_no, at, value, place)
      JOIN reading USING (device_no, metric_no, at)
     WHERE reading.value <> told.value
"""
_SAID = "SELECT id, says FROM posted_id WHERE id = ANY (%s) AND says <> ''"
_FACTS = "SELECT id, body FROM fact WHERE id = ANY (%s)"


def contradicting_readings(connection: Connection, again: Sequence[tuple[Key, ReadingTaken]]) -> list[Conflict]:
    """Readings whose device had another value at that moment."""
    if not again:
        return []
    device_nos, metric_nos, micros, values = columns_of([(key, told.value) for key, told in again])
    ats = [from_millis(one) for one in (micros // 1000).tolist()]
    rows = connection.execute(_OTHER_VALUES, (*map(np.ndarray.tolist, (device_nos, metric_nos)), ats, values.tolist()))
    return [(again[place][1], _words(again[place], value)) for place, value in rows]


def contradicting_ids(
    connection: Connection, again: Mapping[str, Sequence[tuple[Key, ReadingTaken]]], now: datetime
) -> tuple[list[Conflict], list[tuple[Key, ReadingTaken]]]:
    """Readings under an id that was given before: those that are another reading, and those whose value is to compare.

    A reading without a time of its own has the moment of its arrival, which is another one each time it is sent.
    """
    conflicts: list[Conflict] = []
    same: list[tuple[Key, ReadingTaken]] = []
    for id, says in connection.execute(_SAID, (list(again),)).fetchall():
        thing, _, at_ms = says.rpartition(":")
        for key, told in again[id]:
            timeless = millis(told.at) == millis(now)
            if thing == f"reading:{told.device}:{told.metric}" and (timeless or int(at_ms) == key[1]):
                same.append(((key[0], int(at_ms)), told))
            else:
                conflicts.append((told, f"the id {id[:80]!r} belongs to another reading: {says[:200]}"))
    return conflicts, same


def contradicting_facts(connection: Connection, again: Sequence[Event], now: datetime) -> list[Conflict]:
    """Facts under an id that was given before for something else."""
    if not again:
        return []
    stored: dict[str, Any] = dict(connection.execute(_FACTS, ([told.key for told in again],)).fetchall())
    return [
        (told, f"the id {told.key[:80]!r} belongs to another fact: {_shown(stored[told.key])}")
        for told in again
        if told.key in stored and not _is_same(from_dict(stored[told.key]), told, now)
    ]


def _shown(body: dict[str, Any]) -> str:
    return msgspec.json.encode(body).decode()[:400]


def _is_same(first: Event, told: Event, now: datetime) -> bool:
    if type(first) is not type(told):
        return False
    if millis(told.at) == millis(now):  # it named no time
        first = msgspec.structs.replace(first, at=told.at)
    if getattr(told, "device", ""):  # which may have moved meanwhile
        first = msgspec.structs.replace(first, unit=told.unit)
    return first == told


def _words(again: tuple[Key, ReadingTaken], value: float) -> str:
    (_, at_ms), told = again
    at = from_millis(at_ms).isoformat()
    return f"{told.metric} of {told.device} was told as {value} at {at}, now as {told.value}; the first one counts"
