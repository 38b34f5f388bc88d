"""Mobile restaurants on the road: out to a banquet in the morning, back in the evening, some days at home."""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

import numpy as np

from sensors.city.geography import moved
from sensors.city.hours import Hours
from sensors.city.model import Model, Moment


class Locators(Model):
    """The way of a day follows from the seed, the truck and the day: nothing needs to be remembered."""

    faults = ("battery_low",)

    def __init__(self, hours: Hours, random: np.random.Generator, homes: Sequence[tuple[float, float]]) -> None:
        super().__init__(hours, random)
        self._homes = homes
        self._seed = int(random.integers(1 << 32))

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        latitude, longitude, speed = self._position(device, now)
        return {
            "latitude": round(latitude + self.noise(0.00002), 5),
            "longitude": round(longitude + self.noise(0.00002), 5),
            "speed": round(speed),
            "battery": self.radio(device, now)["battery"],
        }

    def _position(self, device: int, now: Moment) -> tuple[float, float, float]:
        day = Random(f"{self._seed} {device} {now.day}")
        home = self._homes[device]
        if day.random() < 0.3:
            return *home, 0.0
        distance, heading = day.uniform(4, 38), day.uniform(0, 2 * pi)
        leaves, returns, pace = day.uniform(390, 560), day.uniform(960, 1170), day.uniform(38, 62)
        takes = distance / pace * 60
        out = min(1.0, max(0.0, (now.minute - leaves) / takes))
        back = min(1.0, max(0.0, (now.minute - returns) / takes))
        along = out - back
        bend = 0.06 * distance * sin(pi * along)  # no road is straight
        north = distance * along * cos(heading) - bend * sin(heading)
        east = distance * along * sin(heading) + bend * cos(heading)
        driving = 0 < out < 1 or 0 < back < 1
        return *moved(*home, north, east), pace * day.uniform(0.85, 1.1) if driving else 0.0
