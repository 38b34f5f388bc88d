"""A running API on a real socket, on a database of the test's own."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn

from api.app import create
from bench.servers import free_port
from streaming.settings import Settings


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Asks over a real socket, a new connection each time."""

    port: int
    host: str = "127.0.0.1"

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        headers = dict(headers or {})
        if isinstance(body, dict | list):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        raw = body.encode() if isinstance(body, str) else body
        with contextlib.closing(HTTPConnection(self.host, self.port, timeout=30)) as connection:
            connection.request(method, quote(path, safe="/?&=%:+,._-~"), raw, headers)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", f"/api/v1{path}", headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.ask("POST", f"/api/v1{path}", body, {"Content-Type": "application/json", **named})


@pytest.fixture
def serve() -> Iterator[Callable[..., Client]]:
    """Starts servers; all end with the test."""
    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(database: str, **settings: Any) -> Client:
        port = free_port()
        app = create(Settings(database_url=database, _env_file=None, **settings))
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        started.append((server, thread))
        until = time.monotonic() + 15
        while not server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)
        return Client(port)

    yield start
    for server, _ in started:
        server.should_exit = True
    for _, thread in started:
        thread.join(10)


@pytest.fixture
def api(serve, database: str) -> Client:
    return serve(database)


@pytest.fixture
def client() -> type[Client]:
    return Client
