"""Messages that could not be understood, kept as they came with the reason in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

LARGEST_PAYLOAD = 64 * 1024  # of a larger one the beginning is kept, and its true size
LONGEST_TEXT = 1_000

_KEEP = """
    INSERT INTO quarantine (received_at, source, topic, payload, payload_size, reason, detail, device_id)
    SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::bytea[], %s::int[], %s::text[], %s::text[],
                         %s::text[])
"""
_WAITING_DEVICES = """
    SELECT DISTINCT device_id FROM quarantine
     WHERE resolved_at IS NULL AND device_id IS NOT NULL AND reason = 'unknown_device'
"""
_WAITING_OF = """
    SELECT id, received_at, source, topic, payload, payload_size, device_id FROM quarantine
     WHERE resolved_at IS NULL AND device_id = ANY(%s) AND reason = 'unknown_device' AND id > %s
     ORDER BY id LIMIT %s
"""
_RESOLVE = "UPDATE quarantine SET resolved_at = %s WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Refused:
    """A message or event that is not stored as a fact. `device` is `dialect:name` when only the device is unknown."""

    received_at: datetime
    source: str  # mqtt, opcua, http
    topic: str
    payload: bytes
    reason: str
    detail: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A refused message whose device may have become known."""

    id: int
    received_at: datetime
    source: str
    topic: str
    payload: bytes
    payload_size: int
    device_id: str

    @property
    def whole(self) -> bool:
        return len(self.payload) == self.payload_size


def keep(connection: Connection, refused: Sequence[Refused]) -> None:
    """Store them in the caller's transaction."""
    if refused:
        columns: list[list[Any]] = [list(column) for column in zip(*map(_row, refused), strict=True)]
        connection.execute(_KEEP, columns)


def waiting_devices(connection: Connection) -> list[str]:
    """`dialect:name` of every device that spoke and was not known."""
    return [row[0] for row in connection.execute(_WAITING_DEVICES)]


def waiting(connection: Connection, devices: Sequence[str], after: int = 0, limit: int = 1000) -> list[Waiting]:
    with connection.cursor(row_factory=class_row(Waiting), binary=True) as cursor:
        return cursor.execute(_WAITING_OF, (list(devices), after, limit)).fetchall()


def resolve(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    connection.execute(_RESOLVE, (now, list(ids)))


def _row(refused: Refused) -> tuple[Any, ...]:
    return (
        refused.received_at,
        refused.source,
        _text(refused.topic),
        refused.payload[:LARGEST_PAYLOAD],
        len(refused.payload),
        refused.reason,
        _text(refused.detail),
        _text(refused.device) if refused.device is not None else None,
    )


def _text(value: str) -> str:
    """What PostgreSQL takes as text: no NUL, no lone surrogates, not endless."""
    return value[:LONGEST_TEXT].replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
