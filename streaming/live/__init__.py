"""Live frames: numbered differences to browsers over Socket.IO. Knows rooms and clients, not what is in a frame."""

from streaming.live.hub import NAMESPACE, Hub
from streaming.live.source import Source
from streaming.live.wire import Wire, open_socket

__all__ = ["NAMESPACE", "Hub", "Source", "Wire", "open_socket"]
