"""The process `api`: one server, answers in threads."""

import signal
import sys

import uvicorn

from api.app import create
from streaming.settings import Settings


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; answers under way are finished first."""
    # The server hands the signal on when it has stopped; being asked to stop is no failure.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    uvicorn.run(
        create(settings),
        host=settings.bind,
        port=settings.api_port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
