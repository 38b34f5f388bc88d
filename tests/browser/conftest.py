"""A real browser on the real server on a real database. Without Chromium these tests fail; they are never skipped."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import free_port, running, wait_for_port
from tests.people import cookie, headers, signed_in

ROOT = Path(__file__).parent.parent.parent
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


SECRETS: dict[str, str] = {}  # of the person who is signed in at a server of ours, by its address


class Server:
    """A process of ours that can be killed and started again on its port. Somebody is signed in at `web`."""

    def __init__(self, command: str, database: str, port: int, **environment: str):
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._command = [sys.executable, "-m", "sunshine.cli", command]
        self._environment = {
            **os.environ, "DATABASE_URL": database, f"{command.upper()}_PORT": str(port), **environment,
        }  # fmt: skip
        self._stack = ExitStack()
        self._child: subprocess.Popen | None = None
        if command == "web":
            SECRETS[self.url] = signed_in(database)

    def start(self) -> None:
        self._child = self._stack.enter_context(running(self._command, env=self._environment, cwd=ROOT))
        wait_for_port(self._port, 60)

    def kill(self) -> None:
        assert self._child
        os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def stop(self) -> None:
        self._stack.close()

    def get(self, path: str) -> bytes:
        known = headers(SECRETS[self.url]) if self.url in SECRETS else {}
        with urlopen(Request(self.url + path, headers=known), timeout=20) as answer:
            return answer.read()


Serve = Callable[..., Server]


@pytest.fixture
def serve(database: str) -> Iterator[Serve]:
    """Starts `web` or `street` on this test's database."""
    servers: list[Server] = []

    def start(command: str = "web", **environment: str) -> Server:
        server = Server(command, database, free_port(), **environment)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()


@dataclass
class Visit:
    """A page with what went over its wire and what its console complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    contexts = []

    def go(url: str, width: int = 1920, height: int = 1080, secret: str | None = None, **options: object) -> Visit:
        """`secret`: of the session to come with, "" for nobody's; else the one of the server's own person."""
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        own = f"http://{urlsplit(url).netloc}"
        if secret := SECRETS.get(own, "") if secret is None else secret:
            context.add_cookies([cookie(secret, own)])
        visit = Visit(context.new_page())
        visit.page.set_default_timeout(30_000)
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda said: said.type == "error" and visit.complaints.append(said.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.goto(url)
        return visit

    yield go
    for context in contexts:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser driven here leaves an event loop running, so none of these may run among the other tests."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
