import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import gmqtt
import psycopg
import pytest

from sensors.decoding import SUBSCRIPTIONS, Decoder
from sensors.facts import Message
from streaming.ingest import Ingest, utc_now
from streaming.log.postgres import PostgresLog
from streaming.sources.base import ListSource, Parcel
from streaming.sources.mqtt import MqttSource
from streaming.storekeeper import Storekeeper
from tests.few_devices import UNIT, register

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TELEMETRY = f"sunshine/v1/{UNIT}/{{}}/telemetry"


def a_message(
    payload: dict | bytes, device: str = "F1", at: datetime = NOW, what: str = "telemetry", **more
) -> Message:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(f"sunshine/v1/{UNIT}/{device}/{what}", raw, at, **more)


def ingested(database: str, *messages: Message, now: datetime = NOW) -> ListSource:
    """Run ingest over these messages until all are stored and acknowledged."""

    async def go() -> ListSource:
        source = ListSource(messages)
        ingest = Ingest(database, "test", [source, Endless()], Decoder(), lambda: now)
        stop = asyncio.Event()
        task = asyncio.create_task(ingest.run(stop))
        await until(lambda: len(source.acknowledged) == len(messages) or task.done())
        stop.set()
        await task
        return source

    return asyncio.run(go())


class Endless(ListSource):
    """Never says anything and never ends, as a wire does."""

    def __init__(self) -> None:
        super().__init__([])

    async def run(self, put: Callable) -> None:
        await asyncio.Event().wait()


async def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)


def values(connection: psycopg.Connection) -> list[float]:
    return [row[0] for row in connection.execute("SELECT value FROM reading ORDER BY at, value")]


def quarantined(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute(
        "SELECT reason, device_id, resolved_at IS NOT NULL FROM quarantine ORDER BY id"
    ).fetchall()


def facts(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute("SELECT kind, device_id FROM fact ORDER BY recorded_at, id").fetchall()


# --- what becomes of messages


def test_bad_messages_go_to_the_quarantine_and_the_good_ones_beside_them_are_stored(database, connection):
    register(connection, "F1")
    ingested(
        database,
        a_message(b'{"temperature": 1'),
        a_message({"temperature": 2.0}),
        a_message({"temperature": 3.0, "humidity": "wet"}, at=NOW + timedelta(seconds=1)),
        Message("somebody/else", b"x", NOW),
    )
    assert values(connection) == [2.0, 3.0]
    assert [reason for reason, *_ in quarantined(connection)] == ["bad_json", "wrong_type", "unknown_topic"]


def test_readings_of_an_unknown_device_become_valid_at_their_own_time_when_it_is_registered(database, connection):
    register(connection, "F1")
    early = NOW - timedelta(hours=3)
    ingested(database, a_message({"temperature": 7.0}, device="F2", at=early), now=early)
    assert quarantined(connection) == [("unknown_device", "native:F2", False)]
    register(connection, "F2")
    ingested(database, a_message({"temperature": 8.0}))
    assert connection.execute("SELECT at, value FROM reading ORDER BY at").fetchall() == [(early, 7.0), (NOW, 8.0)]
    assert quarantined(connection) == [("unknown_device", "native:F2", True)]


def test_a_message_on_the_topic_of_another_unit_is_kept_with_both_units_named(database, connection):
    register(connection, "F1")
    topic = "sunshine/v1/U000009/F1/{}"
    ingested(
        database,
        Message(topic.format("telemetry"), b'{"temperature": 4, "humidity": 60}', NOW),
        Message(topic.format("status"), b"online", NOW),
        a_message({"temperature": 5.0}),
    )
    assert values(connection) == [5.0] and facts(connection) == []
    assert quarantined(connection) == [("other_unit", "native:F1", False)] * 2
    (detail,) = connection.execute("SELECT DISTINCT detail FROM quarantine").fetchone()
    assert UNIT in detail and "U000009" in detail


def test_a_device_registered_in_another_unit_than_its_waiting_messages_say_leaves_them_aside(database, connection):
    register(connection, "F1")
    ingested(database, Message("sunshine/v1/U000009/F2/telemetry", b'{"temperature": 4}', NOW))
    register(connection, "F2")
    ingested(database, a_message({"temperature": 5.0}))
    assert values(connection) == [5.0]
    assert quarantined(connection) == [("unknown_device", "native:F2", True), ("other_unit", "native:F2", False)]


def test_what_is_refused_names_its_device_without_waiting_for_it(database, connection):
    register(connection, "F1")
    ingested(
        database,
        a_message({"temperature": "warm"}, device="F3"),
        a_message(b"{" * 300_000, device="F3"),
        a_message({"ts": "2099-01-01T00:00:00Z", "temperature": 4}),
    )
    assert quarantined(connection) == [
        ("wrong_type", "native:F3", False), ("too_large", "native:F3", False), ("future_time", "native:F1", False),
    ]  # fmt: skip
    register(connection, "F3")
    ingested(database, a_message({"temperature": 5.0}))
    assert [resolved for *_, resolved in quarantined(connection)] == [False] * 3


def test_a_device_is_known_the_moment_it_is_registered(database, connection):
    register(connection, "F1")

    async def go() -> None:
        source = Endless()
        ingest = Ingest(database, "test", [source], Decoder(), lambda: NOW)
        stop = asyncio.Event()
        task = asyncio.create_task(ingest.run(stop))
        put = ingest._receiver(source)
        put(Parcel(a_message({"temperature": 7.0}, device="F2")))
        await until(lambda: source.acknowledged)
        register(connection, "F2")
        connection.execute("NOTIFY sunshine_registry")
        await until(lambda: values(connection) == [7.0])
        stop.set()
        await task

    asyncio.run(go())
    assert quarantined(connection) == [("unknown_device", "native:F2", True)]


def test_a_status_is_told_only_when_it_is_news(database, connection):
    register(connection, "F1")
    said = [b"online", b"online", b"offline", b"offline"]
    at = [NOW + timedelta(seconds=n) for n in range(4)]
    ingested(database, *[a_message(word, what="status", at=t) for word, t in zip(said, at, strict=True)])
    assert facts(connection) == [("device_came_online", "F1"), ("device_went_offline", "F1")]


def test_a_status_of_a_name_that_is_no_device_is_no_message_for_the_quarantine(database, connection):
    register(connection, "F1")
    ingested(database, a_message(b"online", device="gateway", what="status"))
    assert quarantined(connection) == [] and facts(connection) == []


def test_the_last_status_said_before_a_device_was_registered_counts_once_it_is(database, connection):
    register(connection, "F1")
    keeper = Storekeeper(database, "test", Decoder(), PostgresLog(database))
    at = [NOW + timedelta(seconds=n) for n in range(2)]
    said = [a_message(b"online", "F2", at[0], "status"), a_message(b"offline", "F2", at[1], "status")]
    keeper.store([Parcel(message) for message in said], NOW)
    keeper.refresh(NOW)
    assert facts(connection) == []
    register(connection, "F2")
    keeper.refresh(NOW)
    keeper.refresh(NOW)
    keeper.close()
    assert facts(connection) == [("device_went_offline", "F2")]
    assert connection.execute("SELECT at FROM fact").fetchone() == (at[1],)


def test_readings_of_an_unknown_device_beside_its_status_still_wait_in_the_quarantine(database, connection):
    register(connection, "F1")
    ingested(database, a_message(b"online", "F2", what="status"), a_message({"temperature": 7.0}, "F2"))
    assert quarantined(connection) == [("unknown_device", "native:F2", False)]


def test_an_old_greeting_that_the_broker_repeats_does_not_wake_a_silent_device(database, connection):
    register(connection, "F1")
    connection.execute(
        "INSERT INTO device_state (device_id, unit_id, online, changed_at) VALUES ('F1', %s, false, %s)",
        (UNIT, NOW - timedelta(hours=1)),
    )
    ingested(database, a_message(b"online", what="status", retained=True))
    assert facts(connection) == []
    ingested(database, a_message(b"online", what="status"))
    assert facts(connection) == [("device_came_online", "F1")]


def test_a_clock_that_is_put_back_an_hour_loses_no_reading(database, connection):
    register(connection, "F1")
    later = NOW + timedelta(hours=1)
    ingested(database, a_message({"temperature": 1.0}, at=later), now=later)
    ingested(database, a_message({"temperature": 2.0}, at=NOW), a_message({"temperature": 3.0}, at=later), now=NOW)
    assert values(connection) == [2.0, 1.0]  # 3.0 claims a time that has its value already
    assert connection.execute("SELECT total FROM tally WHERE thing = 'late'").fetchone() == (1,)


def test_a_message_the_database_refuses_does_not_hold_up_its_neighbours(database, connection):
    register(connection, "F1")
    connection.execute("ALTER TABLE reading ADD CONSTRAINT no_sevens CHECK (value <> 7)")
    at = [NOW + timedelta(seconds=n) for n in range(5)]
    ingested(database, *[a_message({"temperature": 5.0 + n}, at=t) for n, t in enumerate(at)])
    assert values(connection) == [5.0, 6.0, 8.0, 9.0]
    assert [reason for reason, *_ in quarantined(connection)] == ["not_storable"]


# --- over a real broker


@contextlib.asynccontextmanager
async def running(database: str, broker: str, client: str, clock: Callable = utc_now) -> AsyncIterator[Ingest]:
    source = MqttSource(broker, client, SUBSCRIPTIONS, clock)
    ingest = Ingest(database, client, [source], Decoder(), clock)
    stop = asyncio.Event()
    task = asyncio.create_task(ingest.run(stop))
    await until(lambda: source.connected or task.done())
    yield ingest
    stop.set()
    await task


@contextlib.asynccontextmanager
async def publisher(broker: str) -> AsyncIterator[gmqtt.Client]:
    client = gmqtt.Client(uuid.uuid4().hex)
    await client.connect("127.0.0.1", urlsplit(broker).port)
    yield client
    await until(lambda: client._persistent_storage.is_empty)
    await client.disconnect()


@pytest.fixture
def client_id() -> str:
    return f"ingest-{uuid.uuid4().hex[:8]}"


def test_a_message_published_at_the_broker_becomes_a_row(database, connection, broker, client_id):
    register(connection, "F1")

    async def go() -> None:
        async with running(database, broker, client_id), publisher(broker) as client:
            client.publish(TELEMETRY.format("F1"), {"temp": 4.5}, qos=1)
            await until(lambda: values(connection) == [4.5])

    asyncio.run(go())
    assert connection.execute("SELECT key FROM metric JOIN reading ON no = metric_no").fetchall() == [("temperature",)]


def test_what_is_published_while_ingest_is_away_is_stored_when_it_is_back(database, connection, broker, client_id):
    register(connection, "F1")

    async def go() -> None:
        async with running(database, broker, client_id):
            pass
        async with publisher(broker) as client:
            for n in range(300):
                client.publish(TELEMETRY.format("F1"), {"temperature": float(n)}, qos=1)
        async with running(database, broker, client_id):
            await until(lambda: len(values(connection)) >= 300)

    asyncio.run(go())
    assert values(connection) == [float(n) for n in range(300)]


def test_messages_without_a_time_in_one_millisecond_are_all_kept(database, connection, broker, client_id):
    register(connection, "F1")

    async def go() -> None:
        async with running(database, broker, client_id, clock=lambda: NOW), publisher(broker) as client:
            for n in range(50):
                client.publish(TELEMETRY.format("F1"), {"temperature": float(n)}, qos=1)
            await until(lambda: len(values(connection)) >= 50)

    asyncio.run(go())
    assert values(connection) == [float(n) for n in range(50)]


def test_a_broker_that_is_not_there_yet_is_waited_for(database, connection, broker, client_id):
    register(connection, "F1")

    async def go() -> None:
        source = MqttSource("mqtt://127.0.0.1:1", client_id, SUBSCRIPTIONS, utc_now)
        task = asyncio.create_task(source.run(lambda parcel: None))
        await asyncio.sleep(0.3)
        assert not source.connected and not task.done()
        source._url = urlsplit(broker)
        await until(lambda: source.connected)
        task.cancel()

    asyncio.run(go())
