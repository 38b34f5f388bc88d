"""Rooms of watchers: one for each scope and each part of the city that people may see.

Each gets one whole (`snapshot`), then numbered differences (`frame`), built and encoded once.
The first change after a pause goes at once; after that a room waits its interval (`pace.py`) and sends what gathered.
A client that does not keep up is left out until it does, and then sees a gap in `seq`: by the contract it asks for
the whole again by `watch`. So a slow client costs nothing and slows nobody.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge

from streaming.live.client import Client
from streaming.live.door import Door, OpenDoor
from streaming.live.pace import BEAT, FASTEST, Pace, interval
from streaming.live.source import Source, View
from streaming.live.wire import Wire, encode

NAMESPACE = "/live"
SCOPES_A_CLIENT = 64
WHOLE_SECONDS = 1.0  # so long a snapshot serves further clients, with the frames since: they often come all at once
LOOK_SECONDS = 0.5  # how often the pump looks whether the source is ready and fresh
STANDING_SECONDS = 5.0  # how often the door is asked whether those inside may stay

CLIENTS = Gauge("sunshine_live_clients", "Connected live clients")
FRAMES = Counter("sunshine_live_frames_total", "Frames built, each sent to all who watch the same")
SENT = Counter("sunshine_live_sent_bytes_total", "Bytes of frames handed to clients")
SKIPPED = Counter("sunshine_live_skipped_total", "Frames not sent to a client that did not keep up")

log = logging.getLogger(__name__)


class Room:
    """The watchers of one view, and when they may be sent something again."""

    def __init__(self, view: View):
        self.view = view
        self.watchers: dict[str, Client] = {}
        self.seq = 0
        self.dirty = False
        self.sent_at = float("-inf")
        self.pace = Pace()
        self.typical_bytes = 500.0
        self.whole: bytes | None = None  # an encoded snapshot,
        self.whole_at = float("-inf")  # when it was made,
        self.since_whole: list[bytes] = []  # and the frames sent since

    @property
    def interval(self) -> float:
        return interval(len(self.watchers), self.typical_bytes)

    def due_at(self) -> float:
        return self.pace.due_at(self.interval) if self.dirty else self.sent_at + BEAT


class Hub:
    """Joins a Source with the clients of a Wire. `changed` may be called from any thread."""

    def __init__(
        self, wire: Wire, source: Source, door: Door | None = None, clock: Callable[[], float] = time.monotonic
    ):
        self._wire = wire
        self._source = source
        self._door = door or OpenDoor()
        self._clock = clock
        self._lock = threading.RLock()
        self._rooms: dict[View, Room] = {}
        self._clients: dict[str, Client] = {}
        self._waiting: dict[tuple[str, str], None] = {}  # watches that came before the source was ready
        self._told: tuple[bool, datetime | None] | None = None  # the last word on the link
        self._wake = wire.event()
        self._stop = wire.event()
        self._stopping = False
        for name in ("connect", "disconnect", "watch", "unwatch", "ack"):
            wire.on(name, getattr(self, f"_on_{name}"))

    def start(self) -> None:
        self._wire.start(self._pump)
        self._wire.start(self._keep_door)

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        self._stop.set()

    def changed(self, views: Iterable[View]) -> None:
        """Something in these views changed; send it when they may be sent something."""
        woken = False
        for view in views:
            room = self._rooms.get(view)
            if room is not None:
                room.dirty = woken = True
        if woken:
            self._wake.set()

    def restart(self) -> None:
        """What was sent before no longer connects to what comes: every watcher shall ask for the whole again."""
        with self._lock:
            for room in self._rooms.values():
                room.seq += 1
                room.whole, room.since_whole, room.dirty = None, [], True
        self._wake.set()

    def drop(self, who: str) -> None:
        """This session is over: its clients go now."""
        self._drop([sid for sid, client in list(self._clients.items()) if client.admitted.who == who])

    def watchers(self, view: View) -> int:
        room = self._rooms.get(view)
        return len(room.watchers) if room else 0

    # --- what clients say

    def _on_connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        try:
            admitted = self._door.admit(environ, auth)
        except Exception:
            log.warning("nobody can be let in just now", exc_info=True)
            self._wire.refuse("not now", later=True)
        if admitted is None:
            self._wire.refuse("sign in first", later=False)
        with self._lock:
            self._clients[sid] = Client(sid, admitted, self._wire.queued_of(sid))
            CLIENTS.set(len(self._clients))

    def _on_disconnect(self, sid: str, reason: Any = None) -> None:
        with self._lock:
            client = self._clients.pop(sid, None)
            CLIENTS.set(len(self._clients))
            for scope in list(client.scopes) if client else ():
                self._leave(client, scope)  # type: ignore[arg-type]

    def _on_watch(self, sid: str, asked: Any = None) -> None:
        scope = asked.get("scope") if isinstance(asked, dict) else None
        with self._lock:
            client = self._clients.get(sid)
            if client is None:
                return
            if not self._source.ready:
                if isinstance(scope, str) and len(self._waiting) < SCOPES_A_CLIENT * len(self._clients):
                    self._waiting[sid, scope] = None
                self._send([sid], "link", {"fresh": False, "since": None})
                return
            refusal = self._source.refuse(scope, client.admitted.grid)
            if refusal is None and len(client.scopes) >= SCOPES_A_CLIENT and scope not in client.scopes:
                refusal = f"a client may watch {SCOPES_A_CLIENT} scopes at once"
            if refusal is not None or not isinstance(scope, str):
                self._send([sid], "error", {"scope": scope if isinstance(scope, str) else None, "message": refusal})
                return
            self._enter(client, scope)

    def _on_unwatch(self, sid: str, asked: Any = None) -> None:
        scope = asked.get("scope") if isinstance(asked, dict) else None
        with self._lock:
            client = self._clients.get(sid)
            self._waiting.pop((sid, str(scope)), None)
            if client is not None and isinstance(scope, str) and scope in client.scopes:
                self._leave(client, scope)

    def _on_ack(self, sid: str, said: Any = None) -> None:
        client = self._clients.get(sid)
        if client is None or not isinstance(said, dict):
            return
        scope, seq = said.get("scope"), said.get("seq")
        if isinstance(scope, str) and isinstance(seq, int):
            client.acknowledge(scope, seq)

    def _enter(self, client: Client, scope: str) -> None:
        view = View.of(scope, client.admitted.grid)
        room = self._rooms.get(view)
        if room is None:
            room = self._rooms[view] = Room(view)
            self._source.open(view)
            room.sent_at = self._clock()
        if room.whole is None or self._clock() - room.whole_at > WHOLE_SECONDS:
            room.whole = encode({"seq": room.seq, **self._source.snapshot(view)})
            room.whole_at, room.since_whole = self._clock(), []
        client.scopes.add(scope)
        client.begin(scope, room.seq)
        room.watchers[client.sid] = client
        fresh = self._source.stale_since is None
        self._send([client.sid], "link", {"fresh": fresh, "since": self._source.stale_since})
        self._wire.send([client.sid], "snapshot", room.whole)
        for frame in room.since_whole:
            self._wire.send([client.sid], "frame", frame)
        self._wake.set()

    def _leave(self, client: Client, scope: str) -> None:
        client.leave(scope)
        view = View.of(scope, client.admitted.grid)
        room = self._rooms.get(view)
        if room is None:
            return
        room.watchers.pop(client.sid, None)
        if not room.watchers:
            del self._rooms[view]
            self._source.close(view)

    # --- who may stay

    def _keep_door(self) -> None:
        while not self._stopping:
            self._stop.wait(STANDING_SECONDS)
            try:
                self._look_who_stands()
            except Exception:
                log.warning("whether those inside may stay is not known just now", exc_info=True)

    def _look_who_stands(self) -> None:
        inside = dict(self._clients)
        asked = {client.admitted for client in inside.values() if client.admitted.who}
        if asked:
            gone = asked - self._door.standing(asked)
            self._drop([sid for sid, client in inside.items() if client.admitted in gone])

    def _drop(self, sids: list[str]) -> None:
        for sid in sids:
            self._wire.drop(sid)

    # --- what clients hear

    def _pump(self) -> None:
        looked_at = float("-inf")
        while not self._stopping:
            try:
                now = self._clock()
                if now - looked_at >= LOOK_SECONDS:
                    looked_at = now
                    self._look()
                due = self._send_due(now)
                wait = min(due, looked_at + LOOK_SECONDS) - self._clock()
            except Exception:
                log.exception("a round of frames failed; the next one is tried")
                wait = FASTEST
            if wait > 0:
                self._wake.wait(wait)
            self._wake.clear()

    def _look(self) -> None:
        since = self._source.stale_since
        word = (since is None and self._source.ready, since)
        with self._lock:
            if word != self._told:
                self._told = word
                self._send(list(self._clients), "link", {"fresh": word[0], "since": word[1]})
            if self._waiting and self._source.ready:
                waiting, self._waiting = list(self._waiting), {}
                for sid, scope in waiting:
                    self._on_watch(sid, {"scope": scope})

    def _send_due(self, now: float) -> float:
        """Send every room whose time has come. Returns when the next one may be due."""
        due = float("inf")
        for room in list(self._rooms.values()):
            if room.due_at() <= now:
                self._flush(room, now)
            due = min(due, room.due_at())
        return due

    def _flush(self, room: Room, now: float) -> None:
        with self._lock:
            if self._rooms.get(room.view) is not room:
                return
            fresh = self._source.stale_since is None
            beat = fresh and now - room.sent_at >= BEAT
            room.dirty = False
            frame = self._source.frame(room.view, beat)
            if frame is None:
                if not fresh or beat:
                    room.sent_at = now  # nothing to say while the link is lost: look again after a beat
                return
            room.seq += 1
            room.sent_at = now
            room.pace.sent(now, room.interval)
            encoded = encode({"seq": room.seq, "scope": room.view.scope, **frame})
            if now - room.whole_at <= WHOLE_SECONDS:
                room.since_whole.append(encoded)
            else:
                room.whole, room.since_whole = None, []
            room.typical_bytes += (len(encoded) - room.typical_bytes) * 0.2
            sids = [sid for sid, client in room.watchers.items() if self._keeps_up(client, room)]
            self._wire.send(sids, "frame", encoded)
            FRAMES.inc()
            SENT.inc(len(encoded) * len(sids))

    def _keeps_up(self, client: Client, room: Room) -> bool:
        if client.is_slow(room.view.scope):
            SKIPPED.inc()
            return False
        client.sent(room.view.scope, room.seq)
        return True

    def _send(self, sids: list[str], event: str, message: dict[str, Any]) -> None:
        self._wire.send(sids, event, encode(message))
