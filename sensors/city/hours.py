"""When kitchens work: opening hours and the three meals, for many devices at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY_MINUTES = 1440
MEALS = (7.0, 12.0, 18.0)  # o'clock


class Hours:
    """Opening hours of the kitchens that a row of devices stands in. `minute` counts from midnight, local time."""

    def __init__(self, opens_at: Sequence[str], closes_at: Sequence[str]) -> None:
        self.opens = np.array([_minutes(text) for text in opens_at], float)
        self.closes = np.array([_minutes(text) for text in closes_at], float)

    def are_open(self, minute: float) -> Flags:
        return (minute - self.opens) % DAY_MINUTES < (self.closes - self.opens) % DAY_MINUTES

    def until_opening(self, minute: float) -> Floats:
        return (self.opens - minute) % DAY_MINUTES

    def after_closing(self, minute: float) -> Floats:
        return (minute - self.closes) % DAY_MINUTES

    def business(self, minute: float) -> Floats:
        """0 (nobody there) to 1 (the rush): work going on, highest around meals."""
        hour = minute / 60
        rush = sum(np.exp(-(((hour - meal) / 1.1) ** 2)) for meal in MEALS)
        return self.are_open(minute) * min(1.0, 0.12 + 0.88 * rush)


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
