"""MQTT: a session that outlives us, acknowledged by hand after the commit.

gmqtt connects, keeps alive and reads. Three things are ours, because they decide what can be lost: a publish packet
becomes a parcel with its packet id, acknowledgements go out in one write per batch, and every connection is a client
object of its own, so that a packet id of an old connection can never be acknowledged on a new one.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

import gmqtt
from gmqtt.mqtt.constants import MQTTv50, MQTTv311

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


class _Link(gmqtt.Client):
    """One connection. Lost is lost: who reconnects makes a new one."""

    def __init__(self, client_id: str):
        super().__init__(
            client_id,
            clean_session=False,
            optimistic_acknowledgement=False,
            receive_maximum=IN_FLIGHT,
            session_expiry_interval=SESSION_SECONDS,
        )
        logging.getLogger("gmqtt").setLevel(logging.ERROR)  # we tell of connections ourselves, once
        self.lost = asyncio.Event()

    async def reconnect(self, delay: bool = False) -> None:
        self.lost.set()

    @property
    def version(self) -> int:
        return self._connection_state.protocol_version

    def on_publish_packet(self, handle: Callable[[int, bytes], None]) -> None:
        """Give publish packets to `handle` instead of gmqtt's own parsing, which hides the packet id."""
        self._package_handler._handler_cache[_PUBLISH] = handle

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
        self._last: dict[str, datetime] = {}

    def at(self, topic: str) -> datetime:
        now = self._clock()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        last = self._last.get(topic)
        # A clock that was put back counts anew instead of waiting for its old time.
        if last is not None and now <= last < now + _CATCH_UP:
            now = last + _MILLISECOND
        if len(self._last) >= MOST_TOPICS:
            self._last.clear()
        self._last[topic] = now
        return now


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
        link = self._link = _Link(self._client_id)
        link.on_publish_packet(partial(self._receive, link, put))
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

    def _receive(self, link: _Link, put: Put, header: int, raw: bytes) -> None:
        """A publish packet as it stands on the wire (MQTT 5, 3.3)."""
        end = 2 + (raw[0] << 8 | raw[1])
        topic = str(raw[2:end], "utf-8", "replace")
        packet_id = 0
        if header & 0x06:
            packet_id = raw[end] << 8 | raw[end + 1]
            end += 2
        if link.version >= MQTTv50:
            end = _after_properties(raw, end)
        payload = raw[end:]
        repeated = bool(header & 0x08)
        if packet_id:
            before = self._waiting.get(packet_id)
            if repeated and before and before.message.payload == payload and before.message.topic == topic:
                before.link = link  # we hold it already; only its acknowledgement must go this way now
                return
        message = Message(topic, payload, self._arrivals.at(topic), "mqtt", bool(header & 0x01))
        parcel = Parcel(message, packet_id, repeated, link)
        if packet_id:
            self._waiting[packet_id] = parcel
        put(parcel)


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


def _after_properties(raw: bytes, start: int) -> int:
    """Where the properties end that begin with their length at `start`."""
    length, shift = 0, 0
    while True:
        byte = raw[start]
        start += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return start + length
        shift += 7
