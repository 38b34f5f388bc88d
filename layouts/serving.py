"""How a page's server is served: with or without an event loop."""

from typing import Any

from flask import Flask


def serve(socketio: Any, server: Flask, *, host: str, port: int, threads: bool) -> None:
    """Until the process is ended. With threads Flask's own server does the work, and has to be told that it may."""
    socketio.run(server, host=host, port=port, **({"allow_unsafe_werkzeug": True} if threads else {}))
