"""The city's desk: what goes to the product over HTTP, from registry files to citizens' ratings."""

import http.client
import json
import logging
import queue
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from sensors.city.registry import City, as_csv

log = logging.getLogger(__name__)

ROWS_PER_FILE = 4_000
FACTS_PER_CALL = 1_000
KEPT_FACTS = 20_000  # while the product is away; older ones are given up


class Refused(Exception):
    """The product understood and said no."""


class Api:
    """One connection to the product's HTTP interface, kept open. Not for several threads."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._parts = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        return self._call("GET", path, None, {})

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        """The answer. Raises Refused with the product's own words, OSError when it is not there."""
        status, answer = self._call("POST", path, body, {"Content-Type": content_type})
        if status >= 500:
            raise ConnectionError(f"{path}: {status}")
        if status >= 400:
            raise Refused(f"{path}: {status} {answer[:600].decode(errors='replace')}")
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        kept = self._connection is not None
        try:
            return self._try(method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self.close()
            if not kept:
                raise
        # A connection kept open may have been closed by the other side meanwhile: once more on a fresh one.
        try:
            return self._try(method, path, body, headers)
        except http.client.HTTPException as error:
            self.close()
            raise ConnectionError(str(error)) from error

    def _try(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._connection is None:
            make = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
            self._connection = make(self._parts.hostname or "127.0.0.1", self._parts.port, timeout=60)
        self._connection.request(method, self._parts.path + path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def wait_until_ready(api: Api, stop: threading.Event) -> bool:
    """Until the product can work; False when we were told to stop meanwhile."""
    while not stop.is_set():
        try:
            if api.get("/readyz")[0] == 200:
                return True
        except (OSError, http.client.HTTPException):
            api.close()
        stop.wait(0.5)
    return False


def is_registered(api: Api, city: City) -> bool:
    """A cheap look: the last unit and the last device are known."""
    last = (f"/api/v1/units/{city.units[-1].id}", f"/api/v1/devices/{city.devices[-1].id}" if city.devices else "")
    return all(api.get(path)[0] == 200 for path in last if path)


def register(api: Api, city: City, stop: threading.Event) -> dict[str, int]:
    """Hand in all tables; what is known already does no harm. Answers how many entries were new, by table."""
    imported = {}
    for table, rows in city._asdict().items():
        imported[table] = 0
        for part in _parts(rows):
            answer = _insist(api, f"/api/v1/import/{table}", as_csv(part).encode(), "text/csv; charset=utf-8", stop)
            if answer is None:
                return imported
            imported[table] += int(json.loads(answer).get("imported", 0))
    return imported


def _insist(api: Api, path: str, body: bytes, content_type: str, stop: threading.Event) -> bytes | None:
    """Again and again until the product takes it; None when we were told to stop."""
    while not stop.is_set():
        try:
            return api.post(path, body, content_type)
        except (OSError, http.client.HTTPException) as error:
            log.warning("the product is not there, trying again: %s", error)
            api.close()
            stop.wait(2)
    return None


def _parts(rows: Sequence[tuple]) -> Iterable[Sequence[tuple]]:
    return (rows[start : start + ROWS_PER_FILE] for start in range(0, len(rows), ROWS_PER_FILE))


class Postman(threading.Thread):
    """Brings facts to the product in batches, in a thread of its own so that no device waits for it.

    `backlog` goes first; `on_backlog_done` is called when all of it is stored.
    """

    def __init__(self, api: Api, stop: threading.Event, backlog: Iterable[dict] = ()) -> None:
        super().__init__(name="postman", daemon=True)
        self._api, self._stopping, self._backlog = api, stop, backlog
        self._inbox: queue.SimpleQueue[dict] = queue.SimpleQueue()
        self._waiting: deque[dict] = deque(maxlen=KEPT_FACTS)
        self.sent = 0
        self.on_backlog_done = lambda: None

    def put(self, fact: dict) -> None:
        self._inbox.put(fact)

    def run(self) -> None:
        try:
            self._send_backlog()
            while not self._stopping.wait(1.0):
                self._collect()
                self._send_waiting()
            self._collect()
            self._send_waiting()
        finally:
            self._api.close()

    def _send_backlog(self) -> None:
        batch: list[dict] = []
        for fact in self._backlog:
            batch.append(fact)
            if len(batch) == FACTS_PER_CALL:
                self._deliver(batch)
                batch = []
            if self._stopping.is_set():
                return
        self._backlog = ()
        if not batch or self._deliver(batch):
            self.on_backlog_done()

    def _deliver(self, batch: list[dict]) -> bool:
        try:
            if _insist(self._api, "/api/v1/events", _json(batch), "application/json", self._stopping) is None:
                return False
        except Refused as error:
            log.error("the product refused %d facts: %s", len(batch), error)
        self.sent += len(batch)
        return True

    def _collect(self) -> None:
        while not self._inbox.empty():
            self._waiting.append(self._inbox.get())

    def _send_waiting(self) -> None:
        while self._waiting:
            batch = [self._waiting[row] for row in range(min(len(self._waiting), FACTS_PER_CALL))]
            try:
                self._api.post("/api/v1/events", _json(batch), "application/json")
            except Refused as error:
                log.error("the product refused %d facts: %s", len(batch), error)
            except (OSError, http.client.HTTPException) as error:
                log.warning("the product is not there, %d facts wait: %s", len(self._waiting), error)
                self._api.close()
                return
            self.sent += len(batch)
            for _ in batch:
                self._waiting.popleft()


def _json(batch: list[dict]) -> bytes:
    return json.dumps(batch, ensure_ascii=False, separators=(",", ":")).encode()
