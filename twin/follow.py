"""The live twin: a thread (under gevent: a greenlet) that folds the log for as long as the process lives."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg

from streaming.log import Batch, Log, open_log
from twin import checkpoint
from twin.apply import apply_batch
from twin.state import City

OnReady = Callable[[City], None]
OnBatch = Callable[[City, City, Batch], None]
Clock = Callable[[], datetime]

PAGE = 100  # batches read at a time
WAIT_SECONDS = 1.0  # the longest sleep between two looks at the log: how soon a lost database is noticed
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
STALE_AFTER = timedelta(seconds=5)  # a database that neither answers nor refuses is taken as gone after this

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class LiveTwin:
    """Loads the newest checkpoint, folds the log and goes on for ever, whatever the database does.

    In the twin's thread `on_ready(city)` is called when it has caught up, also after beginning anew, and from then on
    `on_batch(before, after, batch)` after each batch.
    """

    def __init__(
        self,
        database: str,
        on_batch: OnBatch | None = None,
        on_ready: OnReady | None = None,
        timezone: str = "Asia/Shanghai",
        clock: Clock = utc_now,
        road: Callable[[str], Log] = open_log,
    ):
        self._database = database
        self._on_batch = on_batch or (lambda before, after, batch: None)
        self._on_ready = on_ready or (lambda city: None)
        self._empty = City(timezone=timezone)
        self._clock = clock
        self._road = road
        self._city = self._empty
        self._answered_at: datetime | None = None  # when the log last answered
        self._lost_at: datetime | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def city(self) -> City:
        """The city now. An immutable value: keep it as long as you like."""
        return self._city

    @property
    def ready(self) -> bool:
        """Whether the log has been folded to its end once."""
        return self._ready.is_set()

    @property
    def stale_since(self) -> datetime | None:
        """Since when the city shown may be behind the facts; None while the log answers."""
        if self._lost_at is not None:
            return self._lost_at
        answered = self._answered_at
        if answered is not None and self._clock() - answered > STALE_AFTER:
            return answered
        return None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="twin", daemon=True)
        self._thread.start()

    def wait_until_ready(self, seconds: float) -> bool:
        return self._ready.wait(seconds)

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(WAIT_SECONDS + 5)

    # --- in the thread

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            road = self._road(self._database)
            try:
                self._load(road)
                while not self._stopping.is_set():
                    self._step(road)
                    failures = 0
            except psycopg.Error as error:
                self._lost(error)
            except Exception as error:
                # A fault of ours: say it loudly, begin again from the last checkpoint, and never end in silence.
                log.exception("the twin stumbled and begins again from its last checkpoint")
                self._city = self._empty
                self._ready.clear()
                self._lost(error)
            finally:
                with contextlib.suppress(Exception):
                    road.close()
            self._stopping.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    def _load(self, road: Log) -> None:
        if self._city.offset and road.head() >= self._city.offset:
            return  # what we hold is as good as any checkpoint; go on behind it
        self._ready.clear()
        with psycopg.connect(self._database, connect_timeout=5) as connection:
            found = checkpoint.newest(connection)
        self._city = found or self._empty

    def _step(self, road: Log) -> None:
        """Fold what is there, or sleep until there is something."""
        batches = road.read(self._city.offset, PAGE)
        self._answered()
        for batch in batches:
            before, self._city = self._city, apply_batch(self._city, batch)
            if self._ready.is_set():
                self._tell(before, batch)
            else:
                time.sleep(0)  # a long catching up lets the other greenlets breathe
        if len(batches) == PAGE:
            return
        if not self._ready.is_set():
            log.info("the twin is live at offset %d", self._city.offset)
            self._on_ready(self._city)
            self._ready.set()
        if not batches:
            road.wait(WAIT_SECONDS)
            self._answered()

    def _tell(self, before: City, batch: Batch) -> None:
        try:
            self._on_batch(before, self._city, batch)
        except Exception:
            log.exception("nobody could be told of batch %d", batch.offset)

    def _answered(self) -> None:
        self._answered_at = self._clock()
        if self._lost_at is not None:
            log.info("the log answers again; values were stale since %s", self._lost_at.isoformat())
            self._lost_at = None

    def _lost(self, error: Exception) -> None:
        if self._lost_at is None:
            self._lost_at = self._answered_at or self._clock()
            log.warning("the log does not answer, values are stale since %s: %s", self._lost_at.isoformat(), error)
