"""Where the hub gets what it sends."""

from datetime import datetime
from typing import Any, Protocol


class Source(Protocol):
    """Names of scopes are opaque to the hub. Every value a frame holds must be absolute, never "one more"."""

    @property
    def ready(self) -> bool:
        """Whether snapshots can be made yet."""

    @property
    def stale_since(self) -> datetime | None:
        """Since when the values may be behind the facts; None while they are fresh."""

    def refuse(self, scope: object) -> str | None:
        """Why this cannot be watched, in words for the client; None when it can."""

    def open(self, scope: str) -> None:
        """Somebody watches: remember from now on what changes."""

    def close(self, scope: str) -> None:
        """Nobody watches any more."""

    def snapshot(self, scope: str) -> dict[str, Any]:
        """Everything for an open scope."""

    def frame(self, scope: str, beat: bool) -> dict[str, Any] | None:
        """What changed since the last frame of this open scope. With `beat` always a frame, maybe an empty one."""
