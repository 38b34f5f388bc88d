"""Programs started for a measurement or a test: on free ports, waited for, and ended however the block ends."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from streaming.database import wait_for_database
from streaming.settings import Settings
from sunshine.embedded import as_server_user, database_command, ensure_database_exists, prepare_database


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def until(true: Callable[[], object], seconds: float, otherwise: str, pause: float = 0.05) -> None:
    """Return when the question is answered with yes. Raises TimeoutError with the sentence when it is not in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(pause)


def wait_for_port(port: int, seconds: float = 15) -> None:
    until(lambda: listens(port), seconds, f"nothing listens on port {port}")


@contextlib.contextmanager
def running(
    command: list[str], stop: signal.Signals = signal.SIGTERM, patience: float = 20, **options
) -> Iterator[subprocess.Popen]:
    """A child in its own process group; what does not end within `patience` seconds is killed."""
    child = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, stop)
            try:
                child.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def admin_url(settings: Settings) -> str:
    """The embedded server's own database, for those who make others."""
    return settings.database.replace("/sunshine?", "/postgres?")


@contextlib.contextmanager
def database_server(folder: Path) -> Iterator[str]:
    """The embedded PostgreSQL with its own options (fsync on) on a folder of its own; yields the connection string."""
    settings = Settings(sunshine_data=folder, database_url=None, _env_file=None)  # type: ignore[call-arg]
    prepare_database(settings)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = database_command(settings)
    with running(command, stop=signal.SIGINT, patience=120, cwd=folder, **silent, **as_server_user()):
        wait_for_database(admin_url(settings), 60)
        ensure_database_exists(settings)
        yield settings.database
