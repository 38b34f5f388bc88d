"""What every kind of equipment has in common: many devices of one kind, stepped together."""

from dataclasses import dataclass

import numpy as np

from sensors.city.hours import Flags, Floats, Hours

STEP_SECONDS = 60
STEP_MINUTES = STEP_SECONDS / 60


@dataclass(frozen=True)
class Moment:
    """A moment of simulated time. `minute` of the local day, `seconds` since 1970, `day` number of the local day."""

    seconds: float
    minute: float
    day: int


class Model:
    """Physics of all devices of a kind. Faults act through `effect(name)`: 0 for a sound device, else how strongly."""

    faults: tuple[str, ...] = ()

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        self.hours = hours
        self.count = len(hours.opens)
        self.random = random
        self.powered: Flags = np.ones(self.count, bool)
        self._effects = {name: np.zeros(self.count) for name in self.faults}
        self._battery_phase = random.random(self.count)
        self._signal = random.uniform(70, 210, self.count)

    def effect(self, name: str) -> Floats:
        return self._effects[name]

    def step(self, now: Moment) -> None:
        """One minute passes."""

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        """What the device would report now."""
        return {}

    def ambient(self, now: Moment) -> Floats:
        """Air of the kitchen: warm by day, warmer while they cook."""
        outside = 20.5 + 2.0 * np.sin((now.minute - 540) / 1440 * 2 * np.pi)
        return outside + 5.0 * self.hours.business(now.minute)

    def noise(self, size: float) -> float:
        return float(self.random.normal(0, size))

    def radio(self, device: int, now: Moment) -> dict[str, float]:
        """Battery and signal of a battery-powered sensor."""
        used = (now.seconds / 86_400 / 420 + self._battery_phase[device]) % 1
        is_low = "battery_low" in self._effects and self._effects["battery_low"][device]
        battery = 7 if is_low else 100 - 78 * used
        return {"battery": round(battery), "linkquality": round(min(255, self._signal[device] + self.noise(6)))}
