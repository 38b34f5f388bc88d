"""The wires to the broker: a few MQTT connections, each standing for the gateways of many kitchens."""

import logging
from collections.abc import Callable, Sequence
from urllib.parse import unquote, urlsplit
from zlib import crc32

import paho.mqtt.client as mqtt

from sensors.city.dialects import Outgoing, SparkplugNode

log = logging.getLogger(__name__)

CONNECTIONS = 3
KEPT_MESSAGES = 20_000  # per connection while the broker is away; what comes then is lost, as on a full device
PROVOKE_TOPIC = "sunshine/city/provoke"


class Gateways:
    """QoS 1 publishing that reconnects by itself and never holds more than a bounded number of messages.

    The last connection is the Sparkplug edge node: it has a last will and is told when it must be born again.
    """

    def __init__(self, url: str, sparkplug: SparkplugNode, name: str = "city") -> None:
        self._url = url
        self._lost = 0
        self.on_provoke: Callable[[bytes], None] = lambda payload: None
        self.on_rebirth: Callable[[], None] = lambda: None
        self._clients = [self._client(f"{name}-gateway-{number}") for number in range(1, CONNECTIONS + 1)]
        self._clients[0].on_message = lambda client, data, message: self.on_provoke(bytes(message.payload))
        self._clients[0].on_connect = self._subscribe_provoke
        self._node = self._client(f"{name}-sparkplug")
        self._node.will_set(sparkplug.death_topic, sparkplug.death(), qos=1)
        self._node.on_connect = self._node_connected
        self._node.on_message = lambda client, data, message: self.on_rebirth()
        self._command_topic = sparkplug.command_topic

    def open(self) -> None:
        """Connect in the background; publishing before that is kept."""
        parts = urlsplit(self._url)
        for client in (*self._clients, self._node):
            if parts.username:
                client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
            if parts.scheme == "mqtts":
                client.tls_set()
            client.connect_async(
                parts.hostname or "127.0.0.1", parts.port or (8883 if parts.scheme == "mqtts" else 1883)
            )
            client.loop_start()

    def publish(self, unit: str, messages: Sequence[Outgoing]) -> None:
        """Through the connection that stands for this unit's gateway; messages of one unit keep their order."""
        client = self._clients[crc32(unit.encode()) % CONNECTIONS]
        self._send(client, messages)

    def publish_node(self, messages: Sequence[Outgoing]) -> None:
        """Through the Sparkplug edge node."""
        self._send(self._node, messages)

    @property
    def waiting(self) -> int:
        """Messages handed over and not yet acknowledged by the broker."""
        return sum(len(client._out_messages) for client in self._clients)

    @property
    def connected(self) -> bool:
        return all(client.is_connected() for client in self._clients)

    def close(self) -> None:
        for client in (*self._clients, self._node):
            client.disconnect()
            client.loop_stop()

    def _client(self, name: str) -> mqtt.Client:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name)
        client.max_queued_messages_set(KEPT_MESSAGES)
        client.max_inflight_messages_set(100)
        client.reconnect_delay_set(1, 15)
        return client

    def _send(self, client: mqtt.Client, messages: Sequence[Outgoing]) -> None:
        for topic, payload, retain in messages:
            if client.publish(topic, payload, qos=1, retain=retain).rc == mqtt.MQTT_ERR_QUEUE_SIZE:
                self._lost += 1
                if self._lost % 1000 == 1:
                    log.warning("the broker is away and %d messages are waiting: %d lost", KEPT_MESSAGES, self._lost)

    def _subscribe_provoke(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(PROVOKE_TOPIC, qos=1)

    def _node_connected(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(self._command_topic, qos=1)
        self.on_rebirth()
