"""The clerk at the live frames: a real command center, real sockets."""

import os
import queue
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from records.accounts.sessions import new_token
from records.accounts.store import digest
from tests.access.world import AREA_SECRETS, OUTSIDE, SECRETS, UNKNOWN, a_full_city
from tests.conftest import admin_url, database_url, free_port, running, wait_for_port
from tests.people import headers, signed_in

ROOT = Path(__file__).parents[2]
PATIENCE = 20
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}


@pytest.fixture(scope="module")
def house(server) -> Iterator[tuple[str, str]]:
    """A command center: its database and its address."""
    name, port = "test_live_clerk", free_port()
    with psycopg.connect(admin_url(server), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template_sunshine")
    database = database_url(server, name)
    with psycopg.connect(database, autocommit=True) as connection:
        a_full_city(connection)
    environment = {**os.environ, "DATABASE_URL": database, "WEB_PORT": str(port)}
    with running([sys.executable, "-m", "sunshine.cli", "web"], env=environment, cwd=ROOT):
        wait_for_port(port, 60)
        yield database, f"http://127.0.0.1:{port}"


class Ear:
    def __init__(self, url: str, known: dict[str, str]):
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._client = socketio.Client(reconnection=False)
        for name in ("snapshot", "frame", "error", "disconnect", "connect_error"):
            self._client.on(name, self._hear(name), namespace="/live")
        self._client.connect(url, headers=known, namespaces=["/live"], transports=["websocket"], wait_timeout=PATIENCE)

    def _hear(self, name: str) -> Any:
        return lambda *said: self.heard.put((name, said[0] if said else None))

    def watch(self, scope: str) -> None:
        self._client.emit("watch", {"scope": scope}, namespace="/live")

    def next(self, *names: str, seconds: float = PATIENCE) -> tuple[str, Any]:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with suppress(queue.Empty):
                name, said = self.heard.get(timeout=left)
                if name in names:
                    return name, said
        raise AssertionError(f"none of {names} came")

    def close(self) -> None:
        self._client.disconnect()


@contextmanager
def listening(url: str, **known: str) -> Iterator[Ear]:
    ear = Ear(url, known)
    try:
        yield ear
    finally:
        ear.close()


def clerk(database: str, id: str = "clerk", **grid: Any) -> dict[str, str]:
    return headers(signed_in(database, id, **(grid or {"areas": ("dongsheng",)})))


def test_a_program_on_this_machine_sees_the_city(house):
    _, url = house
    with listening(url) as ear:
        ear.watch("city")
        assert {row[0] for row in ear.next("snapshot")[1]["units"]} == {"U000001", "U000002"}


@pytest.mark.parametrize(
    "known",
    [
        BROWSER,
        {"Cookie": "sunshine_session=nonsense"},
        {"Cookie": "sunshine_session="},
        {"X-Forwarded-For": "10.0.0.7"},
        {"Authorization": "Bearer nonsense"},
    ],
    ids=lambda known: next(iter(known)),
)
def test_nobody_is_let_in_as_anybody(house, known):
    with pytest.raises(Refused):
        Ear(house[1], known)


def test_a_secret_of_another_kind_and_a_password_that_is_due_open_nothing(house):
    database, url = house
    session = signed_in(database, "due", areas=("dongsheng",))
    with psycopg.connect(database) as connection:
        token = new_token(connection, "due", "a program", 7, datetime.now(UTC), "")
    for known in ({"Cookie": f"sunshine_session={token}"}, {"Authorization": f"Bearer {session}"}):
        with pytest.raises(Refused):
            Ear(url, known)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE account SET must_change = true WHERE id = 'due'")
    with pytest.raises(Refused):
        Ear(url, headers(session))


@pytest.mark.parametrize("grid", [{"areas": ("dongsheng",)}, {"areas": (), "units": ("U000001",)}])
def test_a_clerk_watches_the_own_banner_and_nothing_else(house, grid):
    database, url = house
    with listening(url, **clerk(database, f"clerk-{len(grid)}", **grid)) as ear:
        for scope in ("city", "area:dongsheng", "street:dongsheng-s01", "unit:U000001", "area:ordos"):
            ear.watch(scope)
            name, said = ear.next("snapshot", "error")
            assert name == "snapshot" and said["scope"] == scope
            assert not [secret for secret in SECRETS + AREA_SECRETS if secret in str(said)]
        for scope in ("area:{area}", "street:{street}", "unit:{unit}", "area:{street}", "street:{area}"):
            answers = []
            for names in (OUTSIDE, UNKNOWN):
                asked = scope.format(**names)
                ear.watch(asked)
                answers.append(str(ear.next("snapshot", "error")).replace(asked.partition(":")[2], "¤"))
            assert answers[0] == answers[1] and "error" in answers[0]


def test_frames_hold_the_own_banner_only(house):
    from streaming.events import ReadingTaken
    from streaming.log.postgres import PostgresLog

    database, url = house
    with listening(url, **clerk(database)) as ear:
        ear.watch("city")
        ear.next("snapshot")
        now = datetime.now(UTC)
        told = [
            ReadingTaken(unit=unit, device=device, metric=metric, value=1, at=now)
            for unit, device, metric in (("U000002", "U000002-SM1", "smoke"), ("U000001", "U000001-FR1", "temperature"))
        ]
        with psycopg.connect(database) as connection:
            PostgresLog("").append(connection, told)
        while not (frame := ear.next("frame")[1])["readings"]:
            assert "U000002" not in str(frame)
        assert [row[0] for row in frame["readings"]] == ["U000001-FR1"]
        assert not [secret for secret in SECRETS + AREA_SECRETS if secret in str(frame)]


def _sign_out(connection: psycopg.Connection, secret: str, id: str) -> None:
    connection.execute("DELETE FROM session WHERE digest = %s", (digest(secret),))


def _disable(connection: psycopg.Connection, secret: str, id: str) -> None:
    connection.execute("UPDATE account SET disabled_at = now() WHERE id = %s", (id,))


def _move(connection: psycopg.Connection, secret: str, id: str) -> None:
    connection.execute("UPDATE account SET areas = '{westland}' WHERE id = %s", (id,))


def _other_roles(connection: psycopg.Connection, secret: str, id: str) -> None:
    connection.execute("UPDATE account SET roles = '{auditor}' WHERE id = %s", (id,))


@pytest.mark.parametrize("end", [_sign_out, _disable, _move, _other_roles])
def test_a_session_that_is_not_what_it_was_loses_its_frames_within_ten_seconds(house, end):
    database, url = house
    id = f"leaver{end.__name__}"
    secret = signed_in(database, id, areas=("dongsheng",))
    with listening(url, **headers(secret)) as ear, listening(url, **clerk(database)) as colleague:
        for one in (ear, colleague):
            one.watch("city")
            one.next("snapshot")
        with psycopg.connect(database) as connection:
            end(connection, secret, id)
        ear.next("disconnect", seconds=10)
        colleague.next("frame", seconds=3)
        with suppress(queue.Empty):
            while True:
                assert colleague.heard.get_nowait()[0] != "disconnect"
    if end in (_sign_out, _disable):
        with pytest.raises(Refused):
            Ear(url, headers(secret))
