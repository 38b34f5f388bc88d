"""The ingest process: what comes over the wires is stored, then acknowledged, never the other way round.

While one batch is being stored the next collects; so one message alone goes at once, and a flood goes in thousands.
"""

import asyncio
import contextlib
import gc
import logging
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path

import psycopg
from prometheus_client import Counter, Gauge, Histogram

from sensors.decoding import SUBSCRIPTIONS, Decoder
from streaming.health import Health
from streaming.log import open_log
from streaming.registry import CHANNEL
from streaming.settings import Settings, WrongSetting
from streaming.sources.base import Parcel, Source
from streaming.sources.mqtt import MqttSource
from streaming.storekeeper import Stored, Storekeeper, Unavailable

BATCH_MESSAGES, BATCH_BYTES = 5_000, 1 << 20
# Beyond this we stop reading, and the broker keeps the rest.
HELD_MESSAGES, HELD_BYTES = 100_000, 64 << 20
COMMIT_EVERY_SECONDS = 0.008  # batches begin at least so far apart: hundreds of tiny ones a second only cost
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
ROOM_BYTES = 1 << 20
LAST_COMMIT_SECONDS = 10  # how long a stop waits for a database that is away

BATCHES = Counter("sunshine_ingest_batches_total", "Batches committed.")
BATCH_SECONDS = Histogram(
    "sunshine_ingest_batch_seconds", "From taking a batch to its commit.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)  # fmt: skip
WAITING = Gauge("sunshine_ingest_waiting_messages", "Messages in hand that are not committed yet.")
CONNECTED = Gauge("sunshine_ingest_connected", "1 while the wire is connected.", ["source"])
READINGS = Counter("sunshine_ingest_readings_total", "Readings stored.")
FACTS = Counter("sunshine_ingest_facts_total", "Other facts stored.")
DUPLICATES = Counter("sunshine_ingest_duplicates_total", "Facts told again and not stored twice.")
LATE = Counter("sunshine_ingest_late_total", "Readings stored that are older than the newest of their series.")
QUARANTINED = Counter("sunshine_ingest_quarantined_total", "Messages kept in the quarantine.", ["reason"])

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class Inbox:
    """Parcels in hand, oldest first. Belongs to the event loop."""

    def __init__(self) -> None:
        self._parcels: deque[tuple[Source, Parcel]] = deque()
        self._bytes = 0
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._parcels)

    @property
    def is_heavy(self) -> bool:
        return len(self._parcels) >= HELD_MESSAGES or self._bytes >= HELD_BYTES

    @property
    def is_light(self) -> bool:
        return len(self._parcels) < HELD_MESSAGES // 2 and self._bytes < HELD_BYTES // 2

    def put(self, source: Source, parcel: Parcel) -> None:
        self._parcels.append((source, parcel))
        self._bytes += len(parcel.message.payload)
        if not self._some.is_set():
            self._some.set()

    async def wait(self) -> None:
        await self._some.wait()

    def wake(self) -> None:
        self._some.set()

    def take(self) -> list[tuple[Source, Parcel]]:
        """As many as make a good batch."""
        taken: list[tuple[Source, Parcel]] = []
        size = 0
        while self._parcels and len(taken) < BATCH_MESSAGES and size < BATCH_BYTES:
            entry = self._parcels.popleft()
            size += len(entry[1].message.payload)
            taken.append(entry)
        self._bytes -= size
        if not self._parcels:
            self._some.clear()
        return taken


class Ingest:
    """Joins sources and store. `clock` is asked for the time of arrival and nothing else reads the time of day."""

    def __init__(self, database: str, client: str, sources: Sequence[Source], decoder: Decoder, clock: Clock):
        self._database = database
        self._sources = sources
        self._decoder = decoder
        self._clock = clock
        self._inbox = Inbox()
        self._keeper = Storekeeper(database, client, decoder, open_log(database))
        # One thread, so that everything that is stored is stored in one order.
        self._thread = ThreadPoolExecutor(1, "store")
        self._registry_changed = True
        self._stopping = False
        self._held = False
        self.waiting_for: str | None = "database"

    def health(self, data: Path | None = None) -> Health:
        """`data`: the folder of a database on this machine, whose disk must not be full."""
        checks: dict[str, Callable[[], bool]] = {
            "database": lambda: self.waiting_for != "database",
            "disk_space": lambda: self.waiting_for != "disk_space" and _has_room(data),
        }
        for source in self._sources:
            if source.name == "opcua":
                continue  # a kitchen whose controller is switched off does not make us unable to work
            checks["broker" if source.name == "mqtt" else source.name] = partial(getattr, source, "connected")
        return Health(**checks)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then store and acknowledge what is in hand."""
        tasks = [asyncio.create_task(source.run(self._receiver(source))) for source in self._sources]
        tasks += [asyncio.create_task(self._follow_registry()), asyncio.create_task(self._watch())]
        storing = asyncio.create_task(self._store_for_ever())
        try:
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait([stopped, storing, *tasks], return_when=asyncio.FIRST_COMPLETED)
            self._stopping = True
            self._inbox.wake()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(storing, LAST_COMMIT_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            self._thread.shutdown(wait=True)
            self._keeper.close()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome  # a source that ended by a fault of ours must be seen, and the process started anew

    def _receiver(self, source: Source) -> Callable[[Parcel], None]:
        def put(parcel: Parcel) -> None:
            if self._stopping:
                return  # not acknowledged, so it comes again
            self._inbox.put(source, parcel)
            if not self._held and self._inbox.is_heavy:
                self._hold(True)

        return put

    def _hold(self, held: bool) -> None:
        self._held = held
        for source in self._sources:
            source.hold(held)

    async def _store_for_ever(self) -> None:
        begun = 0.0
        while True:
            await self._inbox.wait()
            if self._stopping and not len(self._inbox) and not self._registry_changed:
                return
            await asyncio.sleep(max(0.0, begun + COMMIT_EVERY_SECONDS - time.monotonic()))
            begun = time.monotonic()
            if self._registry_changed and not self._stopping:
                self._registry_changed = False
                await self._until_done(self._keeper.refresh)
            taken = self._inbox.take()
            if taken:
                await self._store(taken)
            if self._held and self._inbox.is_light:
                self._hold(False)
            if self._stopping and not len(self._inbox):
                return

    async def _store(self, taken: list[tuple[Source, Parcel]]) -> None:
        begun = time.monotonic()
        parcels = [parcel for _, parcel in taken]
        await self._until_done(lambda now: self._keeper.store(parcels, now))
        for source, group in groupby(taken, key=lambda entry: entry[0]):
            source.acknowledge([parcel for _, parcel in group])
        BATCHES.inc()
        BATCH_SECONDS.observe(time.monotonic() - begun)
        self._serve_decoder()

    async def _until_done(self, work: Callable[[datetime], list[Stored]]) -> None:
        """Do the work in the storing thread, again and again while the database cannot."""
        loop = asyncio.get_running_loop()
        for pause in _pauses():
            try:
                for stored in await loop.run_in_executor(self._thread, work, self._clock()):
                    _count(stored)
                if self.waiting_for:
                    logger.info("storing")
                self.waiting_for = None
                return
            except Unavailable as error:
                if self.waiting_for != error.reason or pause == BACK_OFF_SECONDS[0]:
                    logger.error("cannot store, %d messages wait: %s", len(self._inbox), error)
                self.waiting_for = error.reason
            await asyncio.sleep(pause)

    def _serve_decoder(self) -> None:
        """Dialects in which devices announce themselves, or ask and want an answer."""
        for source in self._sources:
            if isinstance(source, MqttSource):
                source.subscribe(self._decoder.wanted_topics)
                for topic, payload in self._decoder.outgoing:
                    source.publish(topic, payload)
        self._decoder.outgoing.clear()

    async def _follow_registry(self) -> None:
        """Mark the registry as changed when records says so, and whenever we may have missed it saying so."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._database, autocommit=True, connect_timeout=5
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._note_change()
                    async for _ in connection.notifies():
                        self._note_change()
            except psycopg.Error as error:
                logger.debug("not listening to the registry: %s", error)
            if self.waiting_for is None:
                self.waiting_for = "database"
            await asyncio.sleep(0.5)

    def _note_change(self) -> None:
        self._registry_changed = True
        self._inbox.wake()

    async def _watch(self) -> None:
        while True:
            WAITING.set(len(self._inbox))
            for source in self._sources:
                CONNECTED.labels(source.name).set(source.connected)
            await asyncio.sleep(1)


def run(settings: Settings) -> None:
    """The process `ingest`: until SIGTERM or SIGINT."""
    # Messages in hand are many and no garbage: the collector would walk through them over and over.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    client = f"sunshine-{settings.ingest_name}"
    sources: list[Source] = [MqttSource(settings.broker, client, SUBSCRIPTIONS, utc_now)]
    if settings.opcua:
        sources.append(_opcua(settings))
    ingest = Ingest(settings.database, client, sources, Decoder(settings.timezone), utc_now)
    server = ingest.health(settings.data if settings.embedded_database else None).serve(
        settings.bind, settings.ingest_port
    )
    try:
        await ingest.run(stop)
    finally:
        server.shutdown()


def _opcua(settings: Settings) -> Source:
    from sensors.opcua.mapping import WrongMapping, load_all  # its library is large: only where it is used
    from streaming.sources.opcua import OpcuaSource

    try:
        return OpcuaSource(settings.opcua, load_all(settings.opcua_mapping), utc_now)
    except WrongMapping as error:
        raise WrongSetting(f"sunshine cannot start: OPCUA_MAPPING={settings.opcua_mapping}: {error}") from None


def _has_room(folder: Path | None) -> bool:
    return folder is None or not folder.exists() or shutil.disk_usage(folder).free >= ROOM_BYTES


def utc_now() -> datetime:
    return datetime.now(UTC)


def _pauses() -> Iterator[float]:
    yield from BACK_OFF_SECONDS
    while True:
        yield BACK_OFF_SECONDS[-1]


def _count(stored: Stored) -> None:
    READINGS.inc(stored.readings)
    FACTS.inc(stored.facts)
    DUPLICATES.inc(stored.duplicates)
    LATE.inc(stored.late)
    for reason, count in stored.quarantined.items():
        QUARANTINED.labels(reason).inc(count)


if __name__ == "__main__":
    from streaming.settings import load

    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s: %(message)s")
    run(load())
