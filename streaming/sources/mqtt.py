"""MQTT: a session that outlives us, acknowledged by hand after the commit.

gmqtt connects and keeps alive. Three things are ours, because they decide what can be lost and how fast it goes: what
is read is cut into packets here, and a publish packet becomes a parcel with its packet id; acknowledgements go out in
one write per batch; and every connection is a client object of its own, so that a packet id of an old connection can
never be acknowledged on a new one.
"""

import asyncio
import contextlib
import logging
import ssl
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

import gmqtt
from gmqtt.mqtt.connection import MQTTConnection
from gmqtt.mqtt.constants import MQTTv50, MQTTv311
from gmqtt.mqtt.package import Package

from sensors.facts import Message
from streaming.sources.base import Parcel, Put

SESSION_SECONDS = 30 * 24 * 3600
IN_FLIGHT = 65_535
ANSWER_SECONDS = 10
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
MOST_TOPICS = 200_000
_PUBLISH = 0x30
_MILLISECOND = timedelta(milliseconds=1)
_CATCH_UP = timedelta(minutes=1)

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Packet = tuple[int, bytes]  # the first byte of its header, and what follows the header


class _Link(gmqtt.Client):
    """One connection. Lost is lost: who reconnects makes a new one."""

    def __init__(self, client_id: str, receive: Callable[["_Link", Sequence[Packet]], None]):
        super().__init__(
            client_id,
            clean_session=False,
            optimistic_acknowledgement=False,
            receive_maximum=IN_FLIGHT,
            session_expiry_interval=SESSION_SECONDS,
        )
        logging.getLogger("gmqtt").setLevel(logging.ERROR)  # we tell of connections ourselves, once
        self._receive = receive
        self.lost = asyncio.Event()

    async def reconnect(self, delay: bool = False) -> None:
        self.lost.set()

    @property
    def version(self) -> int:
        return self._connection_state.protocol_version

    async def _create_connection(self, *args, **options) -> MQTTConnection:
        connection = await super()._create_connection(*args, **options)
        connection._protocol._read_packet = partial(self._read, connection)
        return connection

    def _read(self, connection: MQTTConnection, raw: bytes) -> int:
        """Take whole packets off the front, publish packets all at once; how far that went, -1 when it is no MQTT."""
        connection._last_data_in = time.monotonic()
        published: list[Packet] = []
        start, size = 0, len(raw)
        while start + 2 <= size:
            length, body = _length(raw, start + 1)
            end = body + length
            if length < 0 and size - start > 5:
                return -1
            if length < 0 or end > size:
                break
            header = raw[start]
            if header & 0xF0 == _PUBLISH:
                published.append((header, raw[body:end]))
            else:
                connection.put_package(Package(header, raw[body:end]))
            start = end
        if published:
            self._receive(self, published)
        return start

    def write(self, raw: bytes) -> None:
        if self._connection is not None and not self._connection.is_closing():
            self._connection.send_package(raw)

    def hold(self, held: bool) -> None:
        """Stop or go on reading from the socket; meanwhile the broker keeps the messages."""
        if self._connection is not None and not self._connection.is_closing():
            transport = self._connection._transport
            (transport.pause_reading if held else transport.resume_reading)()


class Arrivals:
    """When messages arrived: whole milliseconds, no two alike on one topic, so that each is a fact of its own."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._now = datetime.min.replace(tzinfo=UTC)
        self._last: dict[str, datetime] = {}

    def look(self) -> None:
        """Read the clock, once for all messages that were read together."""
        now = self._clock()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        # A clock that was put back counts anew instead of waiting for its old time.
        if len(self._last) >= MOST_TOPICS or now + _CATCH_UP < self._now:
            self._last.clear()
        self._now = now

    def at(self, topic: str) -> datetime:
        last = self._last.get(topic)
        at = self._now if last is None or last < self._now else last + _MILLISECOND
        self._last[topic] = at
        return at


class MqttSource:
    """All messages on `topics`. The broker keeps for `client_id` what comes while we are away."""

    name = "mqtt"

    def __init__(self, url: str, client_id: str, topics: Iterable[str], clock: Clock):
        self._url = urlsplit(url)
        self._client_id = client_id
        self._topics = list(topics)
        self._arrivals = Arrivals(clock)
        self._link: _Link | None = None
        self._subscribed = False
        self._held = False
        self._version = MQTTv50
        self._waiting: dict[int, Parcel] = {}  # by packet id: handed over, not yet acknowledged

    @property
    def connected(self) -> bool:
        return self._subscribed

    async def run(self, put: Put) -> None:
        failures = 0
        while True:
            try:
                await self._connect(put)
                failures = 0
                await self._stay()
                logger.warning("the connection to the broker at %s was lost; connecting again", self._url.netloc)
            except (OSError, TimeoutError, gmqtt.MQTTConnectError) as error:
                if failures == 0:
                    logger.warning("no broker at %s:%s: %s; trying again", self._url.hostname, self._port, error)
                failures += 1
            finally:
                await self._leave()
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])

    def acknowledge(self, parcels: Sequence[Parcel]) -> None:
        packets = bytearray()
        for parcel in parcels:
            if not parcel.packet_id:
                continue
            if self._waiting.get(parcel.packet_id) is parcel:
                del self._waiting[parcel.packet_id]
            if parcel.link is self._link:
                packets += b"\x40\x02" + parcel.packet_id.to_bytes(2, "big")
        if packets and self._link is not None:
            self._link.write(bytes(packets))

    def hold(self, held: bool) -> None:
        """Read no further until told so: there is enough in hand."""
        self._held = held
        if self._link is not None:
            self._link.hold(held)

    def subscribe(self, topics: Iterable[str]) -> None:
        """Listen to more topics, from now on and on every later connection."""
        new = [topic for topic in topics if topic not in self._topics]
        self._topics += new
        if new and self._link is not None and self._subscribed:
            self._link.subscribe([gmqtt.Subscription(topic, qos=1) for topic in new])

    def publish(self, topic: str, payload: bytes) -> None:
        """Answer a device that asks; nothing happens while there is no connection, devices ask again."""
        if self._link is not None and self._subscribed:
            self._link.publish(topic, payload, qos=0)

    @property
    def _port(self) -> int:
        return self._url.port or (8883 if self._url.scheme == "mqtts" else 1883)

    async def _connect(self, put: Put) -> None:
        link = self._link = _Link(self._client_id, partial(self._receive, put))
        if self._url.username:
            password = unquote(self._url.password) if self._url.password else None
            link.set_auth_credentials(unquote(self._url.username), password)
        secure = ssl.create_default_context() if self._url.scheme == "mqtts" else False
        subscribed = asyncio.Event()
        link.on_subscribe = partial(self._on_subscribe, subscribed)
        coroutine = link.connect(self._url.hostname, self._port, ssl=secure, keepalive=30, version=self._version)
        try:
            await _unless_lost(coroutine, link)
        except ConnectionError:
            # A broker that hangs up without an answer may be one that speaks only 3.1.1.
            self._version = MQTTv311 if self._version == MQTTv50 else MQTTv50
            raise
        # Also on a session that lives: the broker repeats retained statuses, which heals what a crash of it lost.
        link.subscribe([gmqtt.Subscription(topic, qos=1) for topic in self._topics])
        await _unless_lost(subscribed.wait(), link)
        self._subscribed = True
        link.hold(self._held)
        logger.info("connected to the broker at %s:%s", self._url.hostname, self._port)

    def _on_subscribe(
        self, subscribed: asyncio.Event, _link: _Link, _mid: int, granted: Sequence[int], _: dict
    ) -> None:
        if any(code >= 0x80 for code in granted):
            logger.error("the broker refuses subscriptions: %s for %s", list(granted), self._topics)
        subscribed.set()

    async def _stay(self) -> None:
        if self._link is not None:
            await self._link.lost.wait()

    async def _leave(self) -> None:
        """Close the connection; what was not acknowledged stays with the broker."""
        self._subscribed = False
        link, self._link = self._link, None
        if link is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(link.disconnect(), 2)

    def _receive(self, put: Put, link: _Link, packets: Sequence[Packet]) -> None:
        self._arrivals.look()
        properties = link.version >= MQTTv50
        for header, raw in packets:
            try:
                topic, packet_id, payload = _publication(header, raw, properties)
            except IndexError:
                logger.error("the broker sent a publish packet that ends too soon; it is left out: %r", raw[:100])
                continue
            repeated = header & 0x08 != 0
            if repeated and packet_id and self._holds(packet_id, topic, payload, link):
                continue
            message = Message(topic, payload, self._arrivals.at(topic), "mqtt", header & 0x01 != 0)
            parcel = Parcel(message, packet_id, repeated, link)
            if packet_id:
                self._waiting[packet_id] = parcel
            put(parcel)

    def _holds(self, packet_id: int, topic: str, payload: bytes, link: _Link) -> bool:
        """Whether we hold this message already; only its acknowledgement must go this way now."""
        before = self._waiting.get(packet_id)
        if before is None or before.message.payload != payload or before.message.topic != topic:
            return False
        before.link = link
        return True


def _publication(header: int, raw: bytes, properties: bool) -> tuple[str, int, bytes]:
    """Topic, packet id and payload of a publish packet as it stands on the wire (MQTT 5, 3.3)."""
    end = 2 + (raw[0] << 8 | raw[1])
    topic = str(raw[2:end], "utf-8", "replace")
    packet_id = 0
    if header & 0x06:
        packet_id = raw[end] << 8 | raw[end + 1]
        end += 2
    if properties:
        length, end = _length(raw, end) if raw[end] else (0, end + 1)
        end += length
    return topic, packet_id, raw[end:]


async def _unless_lost(coroutine: Coroutine, link: _Link) -> None:
    """Await an answer of the broker. Raises ConnectionError when it hangs up, TimeoutError when it is silent."""
    answer = asyncio.ensure_future(coroutine)
    lost = asyncio.ensure_future(link.lost.wait())
    try:
        done, _ = await asyncio.wait({answer, lost}, timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        lost.cancel()
        if not answer.done():
            answer.cancel()
    if answer in done:
        answer.result()
        return
    if not done:
        raise TimeoutError(f"no answer within {ANSWER_SECONDS} s")
    raise ConnectionResetError("it hung up")


def _length(raw: bytes, start: int) -> tuple[int, int]:
    """A number of one to four bytes (MQTT 5, 1.5.5), and where it ends; -1 when its end has not come yet."""
    length = raw[start]
    if length < 0x80:
        return length, start + 1
    length &= 0x7F
    for place, byte in enumerate(raw[start + 1 : start + 4], 1):
        length |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return length, start + 1 + place
    return -1, start
