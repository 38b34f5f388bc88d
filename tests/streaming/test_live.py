"""Real Socket.IO clients against a real server process: what a wall, a slow line and a lost database look like."""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import socketio
import websocket

from bench.servers import until
from streaming.events import AlarmRaised, AreaDrawn, DeviceRegistered, Event, ReadingTaken, UnitRegistered
from streaming.log.postgres import PostgresLog
from tests.conftest import admin_url, free_port, running, wait_for_port

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)
PATIENCE = 20  # seconds after which something that should come is taken as lost

KITCHEN: list[Event] = [
    AreaDrawn(unit="", area="dongsheng", level="banner", name="东胜区", at=NOON),
    UnitRegistered(unit="U1", name="面馆", business_type="small", area="dongsheng", street="dongsheng-s01", at=NOON),
    DeviceRegistered(unit="U1", device="D1", device_kind="fridge_temp_humidity", room="kitchen", at=NOON),
]


def a_reading(value: float, metric: str = "temperature") -> ReadingTaken:
    return ReadingTaken(unit="U1", device="D1", metric=metric, value=value, at=NOON + timedelta(seconds=value))


def append(connection: psycopg.Connection, *events: Event) -> None:
    with connection.transaction():
        PostgresLog("").append(connection, events)


@contextlib.contextmanager
def serving(
    database: str, mode: str = "gevent", port: int | None = None, *more: str
) -> Iterator[tuple[int, subprocess.Popen]]:
    port = port or free_port()
    command = [sys.executable, "-m", "bench.live_server", database, str(port), mode, *more]
    with running(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        wait_for_port(port)
        yield port, process


class Screen:
    """A client by the contract: watches on connecting, and again when it sees a gap in `seq`."""

    def __init__(self, port: int, scope: str = "city"):
        self.heard: queue.Queue[tuple[str, dict]] = queue.Queue()
        self._scope = scope
        self._client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        self._client.on("connect", self.watch, namespace="/live")
        for name in ("snapshot", "frame", "link", "error"):
            self._client.on(name, self._hear(name), namespace="/live")
        self._client.connect(f"http://127.0.0.1:{port}", namespaces=["/live"], transports=["websocket"])

    def _hear(self, name: str) -> Callable[[dict], None]:
        return lambda message: self.heard.put((name, message))

    def watch(self) -> None:
        self._client.emit("watch", {"scope": self._scope}, namespace="/live")

    def say(self, event: str, message: object) -> None:
        self._client.emit(event, message, namespace="/live")

    def next(self, name: str, when: Callable[[dict], bool] = lambda message: True) -> dict:
        """The next message of that name for which the condition holds; others are passed over."""
        end = time.monotonic() + PATIENCE
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                heard, message = self.heard.get(timeout=left)
                if heard == name and when(message):
                    return message
        raise AssertionError(f"no such {name} came")

    def close(self) -> None:
        self._client.disconnect()


@contextlib.contextmanager
def a_screen(port: int, scope: str = "city") -> Iterator[Screen]:
    screen = Screen(port, scope)
    try:
        yield screen
    finally:
        screen.close()


def holds(value: float) -> Callable[[dict], bool]:
    return lambda frame: any(row[2] == value for row in frame["readings"])


def page(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def eventually(question: Callable[[], bool], what: str) -> None:
    until(question, PATIENCE, f"not within {PATIENCE} s: {what}")


@pytest.mark.parametrize("mode", ["gevent", "threading"])
def test_a_screen_gets_the_whole_and_then_numbered_differences(database, connection, mode):
    append(connection, *KITCHEN, a_reading(4.0))
    with serving(database, mode) as (port, _), a_screen(port) as screen:
        whole = screen.next("snapshot")
        assert whole["units"] == [["U1", None, "none", 0]]
        assert whole["readings"][0][:3] == ["D1", "temperature", 4.0]
        seqs = [whole["seq"]]
        for value in (5.0, 6.0, 7.0):
            append(connection, a_reading(value))
            while not holds(value)(frame := screen.next("frame")):
                seqs.append(frame["seq"])
            seqs.append(frame["seq"])
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def test_a_screen_that_asks_again_gets_the_whole_with_the_number_it_goes_on_from(database, connection):
    append(connection, *KITCHEN)
    with serving(database) as (port, _), a_screen(port) as screen:
        screen.next("snapshot")
        append(connection, a_reading(5.0))
        screen.next("frame", holds(5.0))
        screen.next("frame", lambda frame: frame["readings"] == [])  # a second later: no shared snapshot any more
        screen.next("frame")
        screen.watch()
        whole = screen.next("snapshot")
        assert holds(5.0)(whole)
        assert screen.next("frame")["seq"] == whole["seq"] + 1


def test_scopes_hear_only_their_own_and_an_unknown_one_is_refused_in_words(database, connection):
    other = UnitRegistered(unit="U2", name="b", business_type="small", area="dongsheng", street="s2", at=NOON)
    append(connection, *KITCHEN, other)
    with (
        serving(database) as (port, _),
        a_screen(port, "unit:U2") as stranger,
        a_screen(port, "street:nowhere") as lost,
    ):
        assert lost.next("error") == {"scope": "street:nowhere", "message": "there is no street nowhere"}
        stranger.next("snapshot")
        lost.say("watch", {"scope": "unit:U1"})
        assert lost.next("snapshot")["units"] == [["U1", None, "none", 0]]
        append(connection, a_reading(5.0))
        lost.next("frame", holds(5.0))
        assert stranger.next("frame")["readings"] == []


@pytest.mark.parametrize("nonsense", [None, 7, "city", [], {"scope": ["city"]}, {"scope": {}}, {}])
def test_nonsense_from_a_client_is_refused_and_harms_nobody(database, connection, nonsense):
    append(connection, *KITCHEN)
    with serving(database) as (port, _), a_screen(port) as screen:
        screen.next("snapshot")
        for event in ("unwatch", "ack", "watch"):
            screen.say(event, nonsense)
        assert "a scope is" in screen.next("error")["message"]
        append(connection, a_reading(5.0))
        screen.next("frame", holds(5.0))


def test_a_screen_in_the_street_hears_of_no_alarm_and_no_person(database, connection):
    checker = DeviceRegistered(unit="U1", device="M1", device_kind="morning_check_machine", at=NOON)
    append(connection, *KITCHEN, checker)
    with serving(database, "gevent", None, "public") as (port, _), a_screen(port, "street:dongsheng-s01") as screen:
        screen.next("snapshot")
        fever = ReadingTaken(unit="U1", device="M1", metric="body_temperature", value=38.4, at=NOON)
        alarm = AlarmRaised(
            unit="U1", alarm="A1", rule="r", level=1, since=NOON, incident="I", reason="fever", device="M1", at=NOON
        )
        append(connection, fever, alarm, a_reading(5.0))
        frame = screen.next("frame", holds(5.0))
        assert frame["units"] == [["U1", None, "none", 1]]
        assert "M1" not in str(frame)


def test_a_screen_finds_its_way_back_when_the_server_was_killed(database, connection):
    append(connection, *KITCHEN, a_reading(4.0))
    with contextlib.ExitStack() as stack:
        port, process = stack.enter_context(serving(database))
        screen = stack.enter_context(a_screen(port))
        screen.next("snapshot")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        append(connection, a_reading(5.0))
        stack.enter_context(serving(database, port=port))
        assert holds(5.0)(screen.next("snapshot"))
        append(connection, a_reading(6.0))
        screen.next("frame", holds(6.0))


def test_screens_are_told_when_the_database_is_gone_and_catch_up_when_it_is_back(server, database, connection):
    name = connection.info.dbname
    append(connection, *KITCHEN, a_reading(4.0))
    with serving(database) as (port, _), a_screen(port) as screen:
        screen.next("link", lambda link: link["fresh"])
        screen.next("snapshot")
        with psycopg.connect(admin_url(server), autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            lost = screen.next("link", lambda link: not link["fresh"])
            assert datetime.fromisoformat(lost["since"]) <= datetime.now(UTC)
            assert page(port, "/readyz")[0] == 503
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        with psycopg.connect(database, autocommit=True) as again:
            append(again, a_reading(5.0))
        screen.next("link", lambda link: link["fresh"])
        assert page(port, "/readyz")[0] == 200


def test_what_was_recorded_while_the_screen_was_stale_arrives(server, database, connection):
    name = connection.info.dbname
    append(connection, *KITCHEN, a_reading(4.0))
    with serving(database) as (port, _), a_screen(port) as screen:
        screen.next("snapshot")
        with psycopg.connect(admin_url(server), autocommit=True) as admin:
            # Only the web server's connections end: facts go on being recorded.
            others = "datname = %s AND pid <> %s"
            admin.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}",  # noqa: S608
                (name, connection.info.backend_pid),
            )
        append(connection, a_reading(5.0))
        screen.next("frame", holds(5.0))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["gevent", "threading"])
def test_a_client_that_stops_reading_slows_nobody_and_is_let_go(database, connection, mode):
    metrics = [f"metric-{n:03}" for n in range(300)]
    append(connection, *KITCHEN)
    with serving(database, mode) as (port, _), a_screen(port) as good:
        good.next("snapshot")
        stuck = stuck_client(port)
        eventually(lambda: "sunshine_live_clients 2.0" in page(port, "/metrics")[1], "two clients")
        seqs: list[int] = []
        value = 1.0
        end = time.monotonic() + PATIENCE * 2
        while "sunshine_live_clients 1.0" not in page(port, "/metrics")[1]:
            assert time.monotonic() < end, "the stuck client was never let go"
            append(connection, *(a_reading(value, metric) for metric in metrics))
            while not holds(value)(frame := good.next("frame")):
                seqs.append(frame["seq"])
            seqs.append(frame["seq"])
            value += 1
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        stuck.close()


def stuck_client(port: int) -> websocket.WebSocket:
    """A client that watches the city and then never reads again."""
    narrow = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]
    client = websocket.create_connection(
        f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket", sockopt=narrow, timeout=PATIENCE
    )
    client.recv()
    client.send("40/live,")
    client.recv()
    client.send('42/live,["watch",{"scope":"city"}]')
    return client
