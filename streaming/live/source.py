"""Where the hub gets what it sends."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from streaming.grid import EVERYTHING, Grid


@dataclass(frozen=True)
class View:
    """A scope as those see it who share a grid; people of the whole city share one view of it."""

    scope: str
    key: str = ""
    grid: Grid = field(default=EVERYTHING, compare=False)

    @classmethod
    def of(cls, scope: str, grid: Grid) -> "View":
        return cls(scope, grid.key, grid)


class Source(Protocol):
    """Names of scopes are opaque to the hub. Every value a frame holds must be absolute, never "one more"."""

    @property
    def ready(self) -> bool:
        """Whether snapshots can be made yet."""

    @property
    def stale_since(self) -> datetime | None:
        """Since when the values may be behind the facts; None while they are fresh."""

    def refuse(self, scope: object, grid: Grid) -> str | None:
        """Why this cannot be watched, in words for the client; None when it can."""

    def open(self, view: View) -> None:
        """Somebody watches: remember from now on what changes."""

    def close(self, view: View) -> None:
        """Nobody watches any more."""

    def snapshot(self, view: View) -> dict[str, Any]:
        """Everything for an open view."""

    def frame(self, view: View, beat: bool) -> dict[str, Any] | None:
        """What changed since the last frame of this open view. With `beat` always a frame, maybe an empty one."""
