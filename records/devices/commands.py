"""Telling a device what to do: over the broker, and put down as a fact once the broker has it."""

import ssl
import threading
import time
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
import paho.mqtt.client as mqtt
from psycopg import Connection

from streaming.events import CommandSent
from streaming.intake import store_facts
from streaming.log import Log

WAIT_SECONDS = 5.0  # for the whole of it: connecting, greeting, the broker's acknowledgement


class BrokerAway(Exception):
    """The broker did not acknowledge in time; the message says how far it went."""


def send(
    connection: Connection, broker: str, unit: str, device: str, order: dict[str, Any], by: str, now: datetime, log: Log
) -> CommandSent:
    """Publish `order` (command and arguments) to the device and store that it was sent. Raises BrokerAway.

    The device does it when it hears it: one that is away hears it later if its session at the broker outlives it.
    """
    sent = CommandSent(
        id=f"command:{uuid.uuid4().hex}", unit=unit, at=now, device=device, command=order["command"], by=by
    )
    payload = msgspec.json.encode({"id": sent.id, **order, "at": now})
    publish(broker, f"sunshine/v1/{unit}/{device}/command", payload)
    with connection.transaction():
        store_facts(connection, [sent], log)
    return sent


def publish(broker: str, topic: str, payload: bytes, wait_seconds: float = WAIT_SECONDS) -> None:
    """One message with QoS 1; returns when the broker has it. Raises BrokerAway.

    A connection of its own: commands are rare, and one that is kept would have to be watched.
    """
    until = time.monotonic() + wait_seconds
    greeted, refused = threading.Event(), ""

    def on_connect(client: Any, told: Any, flags: Any, reason: Any, properties: Any) -> None:
        nonlocal refused
        refused = str(reason) if reason.is_failure else ""
        greeted.set()

    client = _client(broker, wait_seconds)
    client.on_connect = on_connect
    address = urlsplit(broker)
    try:
        client.connect(address.hostname or "", address.port or (8883 if address.scheme == "mqtts" else 1883))
        client.loop_start()
        if not greeted.wait(until - time.monotonic()):
            raise BrokerAway("the broker does not answer")
        if refused:
            raise BrokerAway(f"the broker refuses us: {refused}")
        message = client.publish(topic, payload, qos=1)
        message.wait_for_publish(max(0.0, until - time.monotonic()))
        if not message.is_published():
            raise BrokerAway("the broker has not acknowledged the command; the device may or may not get it")
    except (OSError, ValueError, RuntimeError) as error:
        raise BrokerAway(f"the broker cannot be reached: {error}") from None
    finally:
        client.disconnect()
        client.loop_stop()


def _client(broker: str, wait_seconds: float) -> mqtt.Client:
    address = urlsplit(broker)
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.connect_timeout = wait_seconds
    if address.username:
        client.username_pw_set(unquote(address.username), unquote(address.password or ""))
    if address.scheme == "mqtts":
        client.tls_set_context(ssl.create_default_context())
    return client
