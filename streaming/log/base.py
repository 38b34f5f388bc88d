"""What every road must answer. Nothing above this file knows which road is in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from streaming.events import Event


class Start(Enum):
    """Where a group that has never read begins."""

    BEGINNING = "beginning"
    NOW = "now"


@dataclass(frozen=True)
class Batch:
    """Events that were appended together. `offset` only ever grows; `recorded_at` never goes back."""

    offset: int
    recorded_at: datetime
    events: list[Event]


class Log(Protocol):
    """Append facts, read them in one order. At least once: a reader stores its offset with its own effects."""

    def append(self, connection: Any, events: Sequence[Event]) -> int | None:
        """Add events in the caller's transaction; they are read only if it commits. Returns their offset."""

    def read(self, after: int, limit: int = 200) -> list[Batch]:
        """Batches behind `after`, oldest first. Never skips one that commits late."""

    def wait(self, seconds: float) -> None:
        """Sleep until something was appended, at most so long."""

    def head(self) -> int:
        """The offset of the newest batch, 0 when there is none."""

    def offset_of(self, group: str, start: Start = Start.BEGINNING) -> int:
        """Where the group has read to."""

    def commit(self, connection: Any, group: str, offset: int) -> None:
        """Remember how far the group has come, in the transaction that holds its effects."""

    def close(self) -> None:
        """Give back the connection that reading holds."""
