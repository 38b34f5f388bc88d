import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import gmqtt
import pytest

from streaming.ingest import utc_now
from streaming.sources.base import Parcel
from streaming.sources.mqtt import Arrivals, MqttSource, _Link

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOPIC = "sunshine/v1/U1/F1/telemetry"


async def until(true: Callable[[], object], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)


class Field:
    """A source on a topic of this test's own, and a device that publishes there."""

    def __init__(self, broker: str):
        self.topic = f"test/{uuid.uuid4().hex}"
        self.parcels: list[Parcel] = []
        self.source = MqttSource(broker, f"test-{uuid.uuid4().hex}", [self.topic], utc_now)
        self._broker = broker

    async def __aenter__(self) -> "Field":
        self.task = asyncio.create_task(self.source.run(self.parcels.append))
        await until(lambda: self.source.connected)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def publish(self, *payloads: bytes, **options) -> None:
        client = gmqtt.Client(uuid.uuid4().hex)
        await client.connect("127.0.0.1", urlsplit(self._broker).port)
        for payload in payloads:
            client.publish(self.topic, payload, qos=1, **options)
        await until(lambda: client._persistent_storage.is_empty)
        await client.disconnect()

    async def lose_connection(self) -> None:
        link = self.source._link
        assert link is not None
        link._connection._transport.abort()
        await until(lambda: self.source._link is not link and self.source.connected)

    def said(self) -> list[bytes]:
        return [parcel.message.payload for parcel in self.parcels]


def test_what_was_not_acknowledged_comes_again_on_a_new_connection_of_a_new_process(broker):
    async def go() -> None:
        field = Field(broker)
        async with field:
            await field.publish(b"1", b"2")
            await until(lambda: len(field.parcels) == 2)
            field.source.acknowledge(field.parcels[:1])
            await asyncio.sleep(0.2)
        field.source = MqttSource(broker, field.source._client_id, [field.topic], utc_now)
        field.parcels.clear()
        async with field:
            await until(lambda: field.parcels)
            await asyncio.sleep(0.2)
            assert field.said() == [b"2"] and field.parcels[0].repeated

    asyncio.run(go())


def test_a_message_in_hand_is_not_taken_twice_when_the_connection_is_lost(broker):
    async def go() -> None:
        async with Field(broker) as field:
            await field.publish(b"1", b"2")
            await until(lambda: len(field.parcels) == 2)
            await field.lose_connection()
            await field.publish(b"3")
            await until(lambda: b"3" in field.said())
            assert field.said() == [b"1", b"2", b"3"]
            # and its acknowledgement goes out on the connection that asked again
            assert all(parcel.link is field.source._link for parcel in field.parcels)
            field.source.acknowledge(field.parcels)
            assert not field.source._waiting

    asyncio.run(go())


def test_a_packet_id_of_a_lost_connection_is_not_acknowledged_on_the_next(broker):
    async def go() -> None:
        async with Field(broker) as field:
            await field.publish(b"1")
            await until(lambda: field.parcels)
            old = Parcel(field.parcels[0].message, field.parcels[0].packet_id, False, object())
            field.source.acknowledge([old])
            await field.lose_connection()
            await asyncio.sleep(0.2)
            assert field.source._waiting.keys() == {field.parcels[0].packet_id}

    asyncio.run(go())


def test_while_held_nothing_is_read_and_nothing_is_lost(broker):
    async def go() -> None:
        async with Field(broker) as field:
            field.source.hold(True)
            await field.publish(*[b"%d" % n for n in range(2_000)])
            assert len(field.parcels) < 2_000
            field.source.hold(False)
            await until(lambda: len(field.parcels) == 2_000)
            assert field.said() == [b"%d" % n for n in range(2_000)]

    asyncio.run(go())


def test_more_topics_can_be_listened_to_later_and_after_a_reconnection(broker):
    async def go() -> None:
        async with Field(broker) as field:
            field.topic = f"test/{uuid.uuid4().hex}"
            field.source.subscribe([field.topic])
            await asyncio.sleep(0.2)
            await field.publish(b"1")
            await field.lose_connection()
            await field.publish(b"2")
            await until(lambda: field.said() == [b"1", b"2"])

    asyncio.run(go())


@pytest.mark.parametrize("payload", [b"", b"x" * 100, b"x" * 300_000])
def test_payloads_of_every_size_arrive_whole(broker, payload):
    async def go() -> None:
        async with Field(broker) as field:
            await field.publish(payload, content_type="application/json", user_property=("a", "b" * 200))
            await until(lambda: field.said() == [payload])

    asyncio.run(go())


def test_arrivals_on_one_topic_never_share_a_millisecond():
    arrivals = Arrivals(lambda: NOW)
    arrivals.look()
    assert len({arrivals.at(TOPIC) for _ in range(1_000)}) == 1_000
    assert arrivals.at("another") == NOW


def test_a_flood_of_more_than_a_message_a_millisecond_never_comes_back_to_a_time_it_had():
    now = [NOW]
    arrivals = Arrivals(lambda: now[0])
    times = set()
    for _ in range(100):
        arrivals.look()
        times |= {arrivals.at(TOPIC) for _ in range(1_000)}
        now[0] += timedelta(milliseconds=1)
    assert len(times) == 100_000


def test_a_clock_put_back_by_an_hour_counts_anew():
    now = [NOW]
    arrivals = Arrivals(lambda: now[0])
    arrivals.look()
    arrivals.at(TOPIC)
    now[0] = NOW - timedelta(hours=1)
    arrivals.look()
    assert arrivals.at(TOPIC) == now[0]


def test_packets_cut_anywhere_on_the_way_are_read_whole():
    """Every place a read may end at, with lengths of one, two and three bytes."""
    packets = b"".join(_publish_packet(b"x" * size) for size in (0, 1, 200, 20_000, 3))
    taken: list[tuple[int, bytes]] = []
    link = _Link("cut", lambda _link, published: taken.extend(published))
    for cut in [*range(300), *range(20_200, len(packets))]:
        taken.clear()
        head = packets[:cut]
        rest = head[link._read(StubConnection(), head) :]
        link._read(StubConnection(), rest + packets[cut:])
        assert [len(raw) - 3 for _, raw in taken] == [0, 1, 200, 20_000, 3]


class StubConnection:
    _last_data_in = 0.0


def _publish_packet(payload: bytes) -> bytes:
    body = b"\x00\x01t" + payload
    length, rest = bytearray(), len(body)
    while True:
        length.append(rest & 0x7F | (0x80 if rest > 0x7F else 0))
        rest >>= 7
        if not rest:
            return b"\x30" + bytes(length) + body
