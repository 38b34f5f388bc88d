"""Facts that are not readings: one row each in `fact`, once for ever by their key."""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from streaming.events import Event, kind_of
from streaming.log import Log

_encode = msgspec.json.Encoder().encode

_INSERT = """
    INSERT INTO fact (id, kind, unit_id, device_id, at, body)
    SELECT id, kind, unit_id, device_id, at, body::jsonb
      FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::text[])
           AS told (id, kind, unit_id, device_id, at, body)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
"""


def store_facts(connection: Connection, events: Sequence[Event], log: Log) -> list[Event]:
    """Store and tell facts of our own making in the caller's transaction; returns those that were new.

    The log's lock is taken here: let it be the last thing before the commit.
    """
    new = insert_facts(connection, events)
    log.append(connection, new)
    return new


def insert_facts(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """Write the rows only; returns the events that were not there before, in their order."""
    by_key: dict[str, Event] = {}
    for event in events:
        by_key.setdefault(event.key, event)
    if not by_key:
        return []
    columns: list[list[Any]] = [list(c) for c in zip(*(_row(k, e) for k, e in by_key.items()), strict=True)]
    stored = {row[0] for row in connection.execute(_INSERT, columns)}
    return [event for key, event in by_key.items() if key in stored]


def _row(key: str, event: Event) -> tuple[Any, ...]:
    body = _encode(event).decode().replace("\\u0000", "\\ufffd")  # jsonb refuses NUL
    return key, kind_of(event), event.unit, getattr(event, "device", None) or None, event.at, body
