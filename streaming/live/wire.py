"""The Socket.IO server beneath the hub: a packet is encoded once and handed to every client's own writer."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

import msgspec
from flask import Flask
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError

PING_SECONDS = 5  # a client that does not answer within this after a ping is dropped and comes back by itself
LARGEST_REQUEST = 64 * 1024  # clients ask, they do not upload

_encoder = msgspec.json.Encoder()


class _Json:
    """JSON for packets: datetimes are RFC 3339, and what is encoded already is taken as it is."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return _encoder.encode(value).decode()

    loads = staticmethod(json.loads)


def open_socket(app: Flask, async_mode: str) -> SocketIO:
    """Socket.IO on the Flask application. With gevent the program must have patched itself before anything else."""
    if async_mode == "gevent":
        from gevent import monkey

        if not monkey.is_module_patched("socket"):
            raise RuntimeError("ASYNC_MODE=gevent needs gevent.monkey.patch_all() as the program's first line")
    return SocketIO(
        app,
        async_mode=async_mode,
        async_handlers=False,
        ping_interval=PING_SECONDS,
        ping_timeout=PING_SECONDS,
        max_http_buffer_size=LARGEST_REQUEST,
        json=_Json,
    )


class Wire:
    """What the hub needs of a Socket.IO server, and nothing else."""

    def __init__(self, socketio: SocketIO, namespace: str):
        self._server = socketio.server
        self._namespace = namespace

    def on(self, event: str, handler: Callable) -> None:
        # On the server itself: Flask's request context around each of thousands of small messages would cost most.
        self._server.on(event, handler, namespace=self._namespace)

    def start(self, task: Callable[[], None]) -> None:
        self._server.start_background_task(task)

    def event(self) -> Any:
        return self._server.eio.create_event()

    def queued_of(self, sid: str) -> Callable[[], int]:
        """A question about one client: how many packets wait for its writer."""
        eio_sid = self._server.manager.eio_sid_from_sid(sid, self._namespace)
        waiting = self._server.eio.sockets[eio_sid].queue.qsize
        return waiting

    def refuse(self, why: str, later: bool) -> NoReturn:
        """For a handler of `connect`: not in here. `later`: the same may be let in another time."""
        raise ConnectionRefusedError(why, {"later": later})

    def drop(self, sid: str) -> None:
        """End this client's connection; its handler of `disconnect` is called as ever."""
        self._server.disconnect(sid, namespace=self._namespace)

    def send(self, sids: list[str], event: str, encoded: bytes) -> None:
        """The same bytes to each of the clients. Never waits for any of them."""
        packet = self._packet(event, encoded)
        for sid in sids:
            eio_sid = self._server.manager.eio_sid_from_sid(sid, self._namespace)
            if eio_sid is not None:
                self._server.eio.send_packet(eio_sid, packet)

    def _packet(self, event: str, encoded: bytes) -> Any:
        from engineio.packet import MESSAGE, Packet
        from socketio.packet import EVENT

        inner = self._server.packet_class(EVENT, namespace=self._namespace, data=[event, msgspec.Raw(encoded)])
        return Packet(MESSAGE, inner.encode())


def encode(frame: dict[str, Any]) -> bytes:
    return _encoder.encode(frame)
