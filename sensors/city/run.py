"""The city process: registers itself, tells its recent past, then lives in real time."""

import contextlib
import ctypes
import gc
import logging
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sensors.city import cameras, office, past
from sensors.city.clock import Clock
from sensors.city.dialects import Outgoing, SparkplugNode, dialects
from sensors.city.diary import Diary, Entry
from sensors.city.equipment import Languages
from sensors.city.faults import Schedule, Truth
from sensors.city.field import Field
from sensors.city.gateway import Gateways
from sensors.city.machine_room import MachineRoom
from sensors.city.memory import Memory, recall
from sensors.city.registry import City, build
from sensors.city.reporter import Reporter
from sensors.city.troubles import Troubles

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
MOST_WAITING = 300  # messages on their way to the broker while many are told at once


def run(
    *,
    mqtt_url: str,
    api_url: str,
    units: int,
    seed: int,
    speed: float,
    opcua_port: int,
    data: Path,
    timezone: str,
    api_token: str | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Live until SIGTERM, SIGINT or `stop`. All that is told once is remembered in `data`."""
    stop = stop or _stopped_by_signal()
    zone = ZoneInfo(timezone)
    memory = recall(data / "city-state.json", units, seed, datetime.now(zone).date())
    city = build(units, seed, date.fromisoformat(memory.founded))
    api = office.Api(api_url, api_token)
    if not _register(api, city, memory, stop):
        return
    clock = Clock(time.time(), speed)
    life = Life(city, memory, clock, zone, mqtt_url, opcua_port, data)
    postman = office.Postman(api, stop, life.backlog())
    postman.on_backlog_done = life.backlog_done
    del city
    try:
        life.live(stop, postman)
    finally:
        stop.set()
        life.close()
        postman.join(10)


def _stopped_by_signal() -> threading.Event:
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    return stop


def _register(api: office.Api, city: City, memory: Memory, stop: threading.Event) -> bool:
    if not office.wait_until_ready(api, stop):
        return False
    if not office.is_registered(api, city):
        memory.forget()
        began = time.monotonic()
        imported = office.register(api, city, stop)
        log.info("registered in %.1f s: %s", time.monotonic() - began, imported)
        memory.save()
    return not stop.is_set()


def _give_back_memory() -> None:
    """Registering takes tens of MB that are not needed again; the C library keeps them unless asked."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # only glibc knows how
        ctypes.CDLL(None).malloc_trim(0)


class Life:
    """Everything that goes on while the process runs, driven by one loop."""

    def __init__(
        self, city: City, memory: Memory, clock: Clock, zone: ZoneInfo, mqtt_url: str, opcua_port: int, data: Path
    ) -> None:
        self._memory, self._clock, self._zone = memory, clock, zone
        tag = "" if clock.speed == 1 else f":{round(clock.start)}"
        self._diary = Diary(city, memory.seed, zone, tag)
        sensors = city.sensors
        eyes = [camera for camera in city.cameras if cameras.is_commissioned(camera.id, memory.seed)]
        here = sensors + eyes
        schedule = Schedule(here, len(city.units), memory.seed)
        self._field = Field(sensors, city.units, memory.seed, past.begins_at(clock.start), zone)
        self._truth = Truth(data / "city-truth.jsonl")
        self._troubles = Troubles(here, schedule, self._field, self._truth, clock.reported)
        voices = dialects(zone, session=round(clock.start))
        node = voices[Languages.SPARKPLUG]
        assert isinstance(node, SparkplugNode)
        self._gateways = Gateways(mqtt_url, node)
        wired = [device for device in sensors if device.aliases.startswith(Languages.OPCUA)]
        self._machines = MachineRoom(wired, opcua_port)
        self._reporter = Reporter(
            sensors, self._field, self._troubles, clock, voices, self._gateways, self._machines, memory.seed
        )
        self._cameras = cameras.Cameras(eyes, self._troubles, self._gateways, memory)
        natives = [device for device in sensors if not device.aliases and device.interval_seconds]
        batches = past.live_through(self._field, self._troubles, clock.start, natives if self._is_new else ())
        self._unit_of = {device.id: device.unit_id for device in natives} if batches else {}
        self._batches: list[Outgoing] = batches
        self._orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reborn = threading.Event()
        self._today: deque[Entry] = deque()
        self._day: date | None = None

    @property
    def _is_new(self) -> bool:
        return not self._memory.backlog_sent

    def backlog(self) -> Iterator[dict]:
        """What was true before the start, as the API takes it: the last weeks, later what was missed today.

        Most of today is told again after a restart; every fact has its id, so it is stored once.
        """
        past = self._diary.past if self._is_new else self._diary.so_far
        return (self._diary.wire(entry) for entry in past(self._clock.start))

    def backlog_done(self) -> None:
        self._memory.backlog_sent = True
        self._memory.save()
        _give_back_memory()
        log.info("the past is told")

    def live(self, stop: threading.Event, postman: office.Postman) -> None:
        """Until told to stop."""
        self._gateways.on_provoke = self._orders.put
        self._gateways.on_rebirth = self._reborn.set
        self._gateways.open()
        self._machines.open()
        postman.start()
        self._paced(self._late_batches(), stop)
        self._paced(self._reporter.announce(), stop)
        self._troubles.on_voice = self._tell_status
        self._troubles.on_sudden = lambda device: self._reporter.tell_sudden(device, time.time())
        states = self._cameras.announce(time.time())
        while not stop.wait(TICK_SECONDS):
            real = time.time()
            self._tick(real, postman)
            # Sensors speak on time while fifteen thousand cameras are still being told of.
            while self._gateways.waiting < MOST_WAITING and next(states, self) is None:
                pass
        log.info("the city stops after %d messages and %d facts", self._reporter.messages, postman.sent)

    def close(self) -> None:
        self._gateways.close()
        self._machines.close()
        self._truth.close()

    def _tick(self, real: float, postman: office.Postman) -> None:
        now = self._clock.simulated(real)
        while self._field.now + 60 <= now:
            self._troubles.advance(self._field.now + 60)
            self._field.advance(self._field.now + 60)
        self._troubles.advance(now)
        while not self._orders.empty():
            if fault := self._troubles.provoke(self._orders.get(), now):
                log.info("provoked %s at %s", fault.kind, fault.device or fault.unit)
        if self._reborn.is_set():
            self._reborn.clear()
            self._reporter.rebirth(real)
        self._reporter.speak(real)
        for entry in self._due(now):
            self._tell(entry, real, postman)

    def _due(self, now: float) -> Iterator[Entry]:
        """Facts of the diary that have become true."""
        day = datetime.fromtimestamp(now, self._zone).date()
        if self._day is None:
            self._open_diary(day, after=self._clock.start)
        while self._day is not None and self._day < day:
            yield from self._today
            self._open_diary(self._day + timedelta(days=1))
        while self._today and self._today[0].at <= now:
            yield self._today.popleft()

    def _open_diary(self, day: date, after: float = 0.0) -> None:
        self._day = day
        self._today = deque(entry for entry in self._diary.day(day) if entry.at > after)

    def _tell(self, entry: Entry, real: float, postman: office.Postman) -> None:
        fact = self._diary.wire(entry, min(real, self._clock.reported(entry.at)))
        postman.put(fact)
        if fact["kind"] == "morning_check_done":
            self._reporter.tell_check(fact["unit"], fact["body_temperature"], real)

    def _tell_status(self, device: str, online: bool) -> None:
        teller = self._cameras if device in self._cameras else self._reporter
        teller.tell_status(device, online, time.time())

    def _late_batches(self) -> Iterator[None]:
        for message in self._batches:
            self._gateways.publish(self._unit_of[message.topic.split("/")[3]], [message])
            yield
        self._batches, self._unit_of = [], {}

    def _paced(self, steps: Iterable[None], stop: threading.Event) -> None:
        """Not more at once than the broker takes."""
        for _ in steps:
            while self._gateways.waiting > MOST_WAITING and not stop.wait(0.02):
                pass
            if stop.is_set():
                return
