"""The live twin on a web server: one call gives a Flask application its city and its live frames."""

import threading
from collections.abc import Iterator, Mapping
from datetime import datetime

from flask import Flask
from flask_socketio import SocketIO

from streaming.events import DeviceRegistered, Event, RuleChanged
from streaming.grid import Grid
from streaming.live import NAMESPACE, Door, Hub, LocalDoor, OpenDoor, View, Wire, open_socket
from streaming.log import Batch
from streaming.settings import Settings
from twin import frames
from twin.follow import Clock, LiveTwin, utc_now
from twin.frames import Frame, Touched
from twin.part import Part
from twin.scope import in_grid, missing, parse, scopes_of
from twin.state import City
from twin.tally import Tally

KPI_SECONDS = 1.0  # the strip is read by people: once a second is enough


class Watch:
    """A view that somebody watches: the state its screens were brought to, and what was touched since."""

    def __init__(self, view: View, city: City):
        self.view = view
        self.scope = parse(view.scope, view.grid)
        self.begin(city)
        self.kpi: Frame | None = None
        self.kpi_at: datetime | None = None
        self.rules = False  # a rule has changed since
        self.told: set[str] = set()  # devices named in frames: a wide snapshot names only those of its tiles

    def begin(self, city: City) -> None:
        """Nothing known before connects to this city."""
        self.shown = city
        self.touched = Touched()
        self._part = Part(self.scope, city)
        self._uncounted: set[str] = set()  # units that were touched since the part was counted
        self.kpi = None

    def concerns(self, before: City, after: City, units: list[str]) -> bool:
        """Whether an event of these units can show to the people of this view."""
        grid = self.scope.grid
        if grid.whole or not units:
            return True
        found = (city.units.get(id) for id in units for city in (before, after))
        return any(unit is not None and in_grid(unit, grid) for unit in found)

    def touch(self, event: Event, units: list[str]) -> None:
        self.touched.add(event)
        if isinstance(event, DeviceRegistered) and len(units) > 1:
            self.touched.units[units[1]] = None
        if not self.scope.grid.whole:
            self._uncounted.update(units)
        self.rules |= isinstance(event, RuleChanged)

    def tallies(self, city: City, uncounted: set[str]) -> Mapping[str, Tally]:
        return self._part.tallies(city, uncounted)

    def take_uncounted(self) -> set[str]:
        taken, self._uncounted = self._uncounted, set()
        return taken


class TwinSource:
    """What the hub sends: snapshots and differences of the twin. `public` leaves out what passers-by may not see."""

    def __init__(self, public: bool = False, clock: Clock = utc_now):
        self.twin: LiveTwin | None = None
        self.hub: Hub | None = None
        self._public = public
        self._clock = clock
        self._lock = threading.Lock()
        self._city = City()
        self._watches: dict[str, dict[View, Watch]] = {}  # by the name of the scope

    # --- from the twin

    def on_ready(self, city: City) -> None:
        """The city was loaded or loaded anew: nothing sent before connects to it."""
        with self._lock:
            self._city = city
            for watches in self._watches.values():
                for watch in watches.values():
                    watch.begin(city)
        if self.hub is not None:
            self.hub.restart()

    def on_batch(self, before: City, after: City, batch: Batch) -> None:
        changed: set[View] = set()
        with self._lock:
            self._city = after
            if not self._watches:
                return
            for event in batch.events:
                units = _units(before, event)
                for name in _scopes(before, after, units):
                    for watch in self._watches.get(name, {}).values():
                        if watch.concerns(before, after, units):
                            watch.touch(event, units)
                            changed.add(watch.view)
        if changed and self.hub is not None:
            self.hub.changed(changed)

    # --- for the hub

    @property
    def ready(self) -> bool:
        return self.twin is not None and self.twin.ready

    @property
    def stale_since(self) -> datetime | None:
        return self.twin.stale_since if self.twin is not None else None

    def refuse(self, scope: object, grid: Grid) -> str | None:
        try:
            return missing(self._city, parse(scope, grid))
        except ValueError as error:
            return str(error)

    def open(self, view: View) -> None:
        with self._lock:
            self._watches.setdefault(view.scope, {})[view] = Watch(view, self._city)

    def close(self, view: View) -> None:
        with self._lock:
            watches = self._watches.get(view.scope, {})
            watches.pop(view, None)
            if not watches:
                self._watches.pop(view.scope, None)

    def snapshot(self, view: View) -> Frame:
        with self._lock:
            watch, city = self._watches[view.scope][view], self._city
            uncounted = watch.take_uncounted()
        tallies = watch.tallies(city, uncounted)
        frame = frames.snapshot(city, watch.scope, self._clock(), self._public, list(watch.told), tallies)
        watch.kpi = watch.kpi or frame["kpi"]
        return frame

    def frame(self, view: View, beat: bool) -> Frame | None:
        with self._lock:
            watch, after = self._watches[view.scope][view], self._city
            before, touched = watch.shown, watch.touched
            watch.shown, watch.touched = after, Touched()
            uncounted = watch.take_uncounted()
            rules, watch.rules = watch.rules, False
        tallies = watch.tallies(after, uncounted)
        now = self._clock()
        frame = frames.difference(before, after, touched, watch.scope, now, self._public)
        strip = self._strip(watch, after, now, tallies)
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

    def _strip(self, watch: Watch, city: City, now: datetime, tallies: Mapping[str, Tally]) -> Frame | None:
        if watch.kpi_at is not None and (now - watch.kpi_at).total_seconds() < KPI_SECONDS:
            return None
        watch.kpi_at = now
        strip = frames.changed_kpi(watch.kpi, city, watch.scope, now, tallies)
        if strip is not None:
            watch.kpi = strip
        return strip

    def _newly_named(self, watch: Watch, city: City, frame: Frame) -> list[list]:
        new = {row[0] for row in frame["readings"]} - watch.told
        watch.told |= new
        return [frames.device_row(city.devices[id]) for id in sorted(new)]


def _units(before: City, event: Event) -> list[str]:
    """The unit of the event, and the one that its device was taken from."""
    if isinstance(event, DeviceRegistered):
        known = before.devices.get(event.device)
        if known is not None and known.unit != event.unit:
            return [event.unit, known.unit]
    return [event.unit] if event.unit else []


def _scopes(before: City, after: City, units: list[str]) -> Iterator[str]:
    """Names of the scopes in which an event of these units may show. One of no known unit, as of an area, stands in
    the city's strip."""
    yield "city"
    for id in units:
        unit, was = after.units.get(id), before.units.get(id)
        if unit is None:
            continue
        yield from scopes_of(unit)[1:]
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


def attach(
    app: Flask, settings: Settings, public: bool = False, clock: Clock = utc_now, door: Door | None = None
) -> Live:
    """Give the application live frames at `/live` and a city. `public` is for screens that stand in the street, where
    everybody may look; else the door lets people in, and without one only programs on this machine.

    Serve it with `live.socketio.run(app, host=..., port=...)`.
    """
    socketio = open_socket(app, settings.async_mode)
    source = TwinSource(public, clock)
    twin = LiveTwin(settings.database, source.on_batch, source.on_ready, settings.city_timezone, clock)
    door = door or (OpenDoor() if public else LocalDoor(settings.trusts_local_programs))
    hub = Hub(Wire(socketio, NAMESPACE), source, door)
    source.twin, source.hub = twin, hub
    twin.start()
    hub.start()
    return Live(socketio, twin, hub)
