"""The live twin on a web server: one call gives a Flask application its city and its live frames."""

import threading
from collections.abc import Iterator
from datetime import datetime

from flask import Flask
from flask_socketio import SocketIO

from streaming.events import Event, RuleChanged
from streaming.live import NAMESPACE, Hub, Wire, open_socket
from streaming.log import Batch
from streaming.settings import Settings
from twin import frames
from twin.follow import Clock, LiveTwin, utc_now
from twin.frames import Frame, Touched
from twin.scope import Scope, missing, parse, scopes_of
from twin.state import City

KPI_SECONDS = 1.0  # the strip is read by people: once a second is enough


class Watch:
    """A scope that somebody watches: the state its screens were brought to, and what was touched since."""

    def __init__(self, scope: Scope, city: City):
        self.scope = scope
        self.shown = city
        self.touched = Touched()
        self.kpi: Frame | None = None
        self.kpi_at: datetime | None = None
        self.rules = False  # a rule has changed since
        self.told: set[str] = set()  # devices named in frames: a wide snapshot names only those of its tiles


class TwinSource:
    """What the hub sends: snapshots and differences of the twin. `public` leaves out what passers-by may not see."""

    def __init__(self, public: bool = False, clock: Clock = utc_now):
        self.twin: LiveTwin | None = None
        self.hub: Hub | None = None
        self._public = public
        self._clock = clock
        self._lock = threading.Lock()
        self._city = City()
        self._watches: dict[str, Watch] = {}

    # --- from the twin

    def on_ready(self, city: City) -> None:
        """The city was loaded or loaded anew: nothing sent before connects to it."""
        with self._lock:
            self._city = city
            for watch in self._watches.values():
                watch.shown, watch.touched, watch.kpi = city, Touched(), None
        if self.hub is not None:
            self.hub.restart()

    def on_batch(self, before: City, after: City, batch: Batch) -> None:
        changed: set[str] = set()
        with self._lock:
            self._city = after
            if not self._watches:
                return
            for event in batch.events:
                for name in _scopes(before, after, event):
                    watch = self._watches.get(name)
                    if watch is not None:
                        watch.touched.add(event)
                        watch.rules |= isinstance(event, RuleChanged)
                        changed.add(name)
        if changed and self.hub is not None:
            self.hub.changed(changed)

    # --- for the hub

    @property
    def ready(self) -> bool:
        return self.twin is not None and self.twin.ready

    @property
    def stale_since(self) -> datetime | None:
        return self.twin.stale_since if self.twin is not None else None

    def refuse(self, scope: object) -> str | None:
        try:
            return missing(self._city, parse(scope))
        except ValueError as error:
            return str(error)

    def open(self, scope: str) -> None:
        with self._lock:
            self._watches[scope] = Watch(parse(scope), self._city)

    def close(self, scope: str) -> None:
        with self._lock:
            self._watches.pop(scope, None)

    def snapshot(self, scope: str) -> Frame:
        with self._lock:
            watch, city = self._watches[scope], self._city
        frame = frames.snapshot(city, watch.scope, self._clock(), self._public, list(watch.told))
        watch.kpi = watch.kpi or frame["kpi"]
        return frame

    def frame(self, scope: str, beat: bool) -> Frame | None:
        with self._lock:
            watch, after = self._watches[scope], self._city
            before, touched = watch.shown, watch.touched
            watch.shown, watch.touched = after, Touched()
            rules, watch.rules = watch.rules, False
        now = self._clock()
        frame = frames.difference(before, after, touched, watch.scope, now, self._public)
        strip = self._strip(watch, after, now)
        if frame is None and strip is None and not beat and not rules:
            return None
        frame = frame or {"at": now, "units": [], "readings": [], "devices": [], "alarms": []}
        if strip is not None:
            frame["kpi"] = strip
        if rules:
            frame["rules"] = True
        if watch.scope.wide:
            frame["devices"] += self._newly_named(watch, after, frame)
        return frame

    def _strip(self, watch: Watch, city: City, now: datetime) -> Frame | None:
        if watch.kpi_at is not None and (now - watch.kpi_at).total_seconds() < KPI_SECONDS:
            return None
        watch.kpi_at = now
        strip = frames.changed_kpi(watch.kpi, city, watch.scope, now)
        if strip is not None:
            watch.kpi = strip
        return strip

    def _newly_named(self, watch: Watch, city: City, frame: Frame) -> list[list]:
        new = {row[0] for row in frame["readings"]} - watch.told
        watch.told |= new
        return [frames.device_row(city.devices[id]) for id in sorted(new)]


def _scopes(before: City, after: City, event: Event) -> Iterator[str]:
    """Names of the scopes in which this event may show."""
    unit = after.units.get(event.unit)
    if unit is None:
        yield "city"  # an area: it stands in the city's strip
        return
    yield from scopes_of(unit)
    was = before.units.get(event.unit)
    if was is not None and was is not unit and (was.area, was.street) != (unit.area, unit.street):
        yield from scopes_of(was)[1:3]


class Live:
    """What a web process gets from `attach`."""

    def __init__(self, socketio: SocketIO, twin: LiveTwin, hub: Hub):
        self.socketio = socketio
        self.hub = hub
        self._twin = twin

    def twin(self) -> City:
        """The city now, an immutable value."""
        return self._twin.city()

    def ready(self) -> bool:
        """For /readyz: the city is loaded and the log answers."""
        return self._twin.ready and self._twin.stale_since is None

    @property
    def stale_since(self) -> datetime | None:
        return self._twin.stale_since

    def wait_until_ready(self, seconds: float) -> bool:
        return self._twin.wait_until_ready(seconds)

    def stop(self) -> None:
        self.hub.stop()
        self._twin.stop()


def attach(app: Flask, settings: Settings, public: bool = False, clock: Clock = utc_now) -> Live:
    """Give the application live frames at `/live` and a city. `public` is for screens that stand in the street.

    Serve it with `live.socketio.run(app, host=..., port=...)`.
    """
    socketio = open_socket(app, settings.async_mode)
    source = TwinSource(public, clock)
    twin = LiveTwin(settings.database, source.on_batch, source.on_ready, settings.city_timezone, clock)
    hub = Hub(Wire(socketio, NAMESPACE), source)
    source.twin, source.hub = twin, hub
    twin.start()
    hub.start()
    return Live(socketio, twin, hub)
