"""Live frames: numbered differences to browsers over Socket.IO. Knows rooms and clients, not what is in a frame."""

from streaming.live.door import Admitted, Door, LocalDoor, OpenDoor
from streaming.live.hub import NAMESPACE, Hub
from streaming.live.source import Source, View
from streaming.live.wire import Wire, open_socket

__all__ = [
    "NAMESPACE", "Admitted", "Door", "Hub", "LocalDoor", "OpenDoor", "Source", "View", "Wire", "open_socket",
]  # fmt: skip
