"""Start children, restart those that die, show their output with their names, and stop them last-started first."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

GRACE_SECONDS = 20.0
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass
class Child:
    """A program to keep running. A death is answered by a restart, each time after a longer pause up to 10 s."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    options: dict = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    pause: float = 0.5

    def start(self) -> None:
        stop_signal = self.stop_signal

        def die_with_parent() -> None:
            # A supervisor that is killed must not leave a house full of orphans behind.
            _libc.prctl(_PR_SET_PDEATHSIG, stop_signal)

        self.restart_at = None
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
            **self.options,
        )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if not self.is_running():
            return
        assert self.process is not None
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Supervisor:
    """Children are started and restarted from one thread only: they die with the thread that made them."""

    def __init__(self, write: Callable[[str], object] = sys.stdout.write):
        self._children: list[Child] = []
        self._write = write
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def start(self, child: Child) -> Child:
        self._children.append(child)
        self._start(child)
        return child

    def say(self, text: str, name: str = "sunshine") -> None:
        colour = _COLOURS[hash_of(name) % len(_COLOURS)] if sys.stdout.isatty() else None
        label = f"{time.strftime('%H:%M:%S')} {name:<9}|"
        label = f"\033[{colour}m{label}\033[0m" if colour else label
        with self._lock:
            self._write(f"{label} {text}\n")
            sys.stdout.flush()

    def ask_to_stop(self, *_: object) -> None:
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep everything running until `until` is true or a stop is asked for."""
        while not self.stopping and not until():
            self._tend()
            self._stopping.wait(0.1)

    def stop_all(self) -> None:
        for child in reversed(self._children):
            if child.is_running():
                child.stop()
        self.say("stopped")

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.is_running():
                if now - child.started_at > 30:
                    child.pause = 0.5  # it has run well: the next death is news of its own
            elif child.restart_at is None:
                assert child.process is not None
                self.say(f"{child.name} ended with {_ending(child.process.returncode)}, again in {child.pause:g} s")
                child.restart_at = now + child.pause
                child.pause = min(child.pause * 2, 10.0)
            elif now >= child.restart_at:
                self._start(child)

    def _start(self, child: Child) -> None:
        child.start()
        threading.Thread(target=self._relay, args=(child, child.process), daemon=True).start()

    def _relay(self, child: Child, process: subprocess.Popen) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.say(line.decode(errors="replace").rstrip(), child.name)


def hash_of(name: str) -> int:
    """The same colour for the same name in every run."""
    return sum(name.encode())


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
