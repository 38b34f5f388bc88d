"""Simulated time beside real time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Both began together at `start`; simulated time runs `speed` times as fast.

    Devices always tell real time, because nobody can report from the future: `reported` is the real time of a
    simulated moment. What happened before the start is told at its own time.
    """

    start: float
    speed: float = 1.0

    def simulated(self, real: float) -> float:
        return self.start + (real - self.start) * self.speed

    def reported(self, simulated: float) -> float:
        if simulated <= self.start:
            return simulated
        return self.start + (simulated - self.start) / self.speed
