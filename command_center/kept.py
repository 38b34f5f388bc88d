"""Answers that cost much and change little: worked out once for all who ask the same within some seconds."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """Whoever asks while the answer is being worked out waits for it instead of working it out again."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic):
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._answers: dict[Hashable, tuple[float, Answer]] = {}
        self._at_work: dict[Hashable, Lock] = {}

    def of(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """The answer that is kept under `key`, else what `ask` gives. Nobody may change it."""
        with self._lock:
            self._forget()
            at_work = self._at_work.setdefault(key, Lock())
        with at_work:
            with self._lock:
                known = self._answers.get(key)
            if known and self._clock() < known[0]:
                return known[1]
            answer = ask()
            with self._lock:
                self._answers[key] = (self._clock() + self._seconds, answer)
            return answer

    def _forget(self) -> None:
        now = self._clock()
        for key in [key for key, (until, _) in self._answers.items() if until <= now]:
            del self._answers[key]
            self._at_work.pop(key, None)
