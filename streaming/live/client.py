"""One connected client: what it was sent, what it says it has, and whether it keeps up."""

from collections.abc import Callable

from streaming.live.door import Admitted

QUEUED = 8  # frames waiting to be written to a client: it is stuck
UNACKNOWLEDGED = 30  # frames on their way to a client that acknowledges: it is behind


class Client:
    """`queued` tells how many packets wait for this client's writer."""

    def __init__(self, sid: str, admitted: Admitted, queued: Callable[[], int]):
        self.sid = sid
        self.admitted = admitted
        self.scopes: set[str] = set()
        self._queued = queued
        self._sent: dict[str, int] = {}
        self._acknowledged: dict[str, int] = {}

    def sent(self, scope: str, seq: int) -> None:
        self._sent[scope] = seq

    def begin(self, scope: str, seq: int) -> None:
        """It got the whole: whatever it had not acknowledged before no longer matters."""
        self._sent[scope] = seq
        if scope in self._acknowledged:
            self._acknowledged[scope] = seq

    def acknowledge(self, scope: str, seq: int) -> None:
        """A client need not; one that does is found out sooner when it lags behind a slow line."""
        if scope in self.scopes and seq <= self._sent.get(scope, 0):
            self._acknowledged[scope] = max(seq, self._acknowledged.get(scope, 0))

    def leave(self, scope: str) -> None:
        self.scopes.discard(scope)
        self._sent.pop(scope, None)
        self._acknowledged.pop(scope, None)

    def is_slow(self, scope: str) -> bool:
        if self._queued() > QUEUED:
            return True
        acknowledged = self._acknowledged.get(scope)
        return acknowledged is not None and self._sent.get(scope, 0) - acknowledged > UNACKNOWLEDGED
