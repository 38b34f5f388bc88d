"""Cold storage as a first-order thermal model.

    dT/dt = (ambient - T) / wall  +  open * (ambient - T) / doorway  -  running * cooling  +  defrost

The thermostat switches with hysteresis, doors open as the kitchen gets busy, the evaporator is defrosted a few times a
day, and a compressor that fails leaves the goods to warm slowly through the walls.
"""

from dataclasses import dataclass

import numpy as np

from sensors.city.hours import Floats, Hours
from sensors.city.model import STEP_MINUTES, Model, Moment


@dataclass(frozen=True)
class Cabinet:
    """The constants of a kind of cold store, in minutes and °C a minute."""

    setpoint: float
    swing: float  # half the thermostat's hysteresis
    wall: float
    doorway: float
    cooling: float
    openings: float  # per minute in the rush
    defrost_every: float
    defrost_for: float
    defrost_heat: float
    humidity: float


CHILLED = Cabinet(3.8, 1.0, 480, 26, 0.42, 0.42, 360, 14, 0.10, 62)
FROZEN = Cabinet(-18.5, 1.4, 840, 60, 0.30, 0.16, 480, 20, 0.18, 68)
SAMPLES = Cabinet(4.0, 0.8, 420, 30, 0.40, 0.06, 480, 10, 0.08, 60)


class Refrigerators(Model):
    faults: tuple[str, ...] = ("compressor_failure", "door_left_open", "battery_low")

    def __init__(self, hours: Hours, random: np.random.Generator, cabinet: Cabinet) -> None:
        super().__init__(hours, random)
        self.cabinet = cabinet
        self.setpoint = cabinet.setpoint + random.normal(0, 0.25, self.count)
        self.temperature: Floats = self.setpoint + random.uniform(-1, 1, self.count) * cabinet.swing
        self.humidity: Floats = np.full(self.count, cabinet.humidity) + random.normal(0, 3, self.count)
        self.running = random.random(self.count) < 0.3
        self.open_share: Floats = np.zeros(self.count)
        self.wall = cabinet.wall * random.uniform(0.85, 1.2, self.count)
        self._defrost_phase = random.uniform(0, cabinet.defrost_every, self.count)

    def step(self, now: Moment) -> None:
        cabinet, ambient = self.cabinet, self.ambient(now)
        self.open_share = self._doors(now)
        defrosting = (now.seconds / 60 + self._defrost_phase) % cabinet.defrost_every < cabinet.defrost_for
        defrosting &= self.powered
        works = (self.effect("compressor_failure") == 0) & self.powered & ~defrosting
        self.running = works & (
            (self.temperature > self.setpoint + cabinet.swing)
            | (self.running & (self.temperature > self.setpoint - cabinet.swing))
        )
        self.temperature = self.temperature + STEP_MINUTES * (
            (ambient - self.temperature) / self.wall
            + self.open_share * (ambient - self.temperature) / cabinet.doorway
            - self.running * cabinet.cooling * (1 - 0.5 * self.open_share**2)  # damp air ices the evaporator
            + defrosting * cabinet.defrost_heat
        )
        damp = cabinet.humidity + 14 * self.open_share - 4 * self.running + 5 * defrosting
        self.humidity = self.humidity + 0.12 * (damp - self.humidity) + self.random.normal(0, 0.35, self.count)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        return {
            "temperature": round(self.temperature[device] + self.noise(0.07), 1),
            "humidity": round(min(88.0, max(36.0, self.humidity[device]))),
            "door": int(self.open_share[device] > self.random.random()),
            **self.radio(device, now),
        }

    def _doors(self, now: Moment) -> Floats:
        """The share of this minute that each door stands open."""
        chance = self.cabinet.openings * self.hours.business(now.minute)
        opened = self.random.random(self.count) < chance
        share = opened * self.random.uniform(0.15, 0.65, self.count)
        return np.where(self.effect("door_left_open") > 0, 1.0, share)


class SampleStores(Refrigerators):
    """Refrigerators for retained samples, on a scale. Weight and hours tell of the sample last put in and taken out."""

    faults = (*Refrigerators.faults, "sample_light", "sample_early")

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random, SAMPLES)
        self.weight = random.uniform(132, 240, self.count)
        self.hours_kept = random.uniform(48.5, 58, self.count)

    def step(self, now: Moment) -> None:
        super().step(now)
        if now.minute % 360 < STEP_MINUTES:  # a meal later
            self.weight = self.random.uniform(132, 240, self.count)
            self.hours_kept = self.random.uniform(48.5, 58, self.count)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        light, early = self.effect("sample_light")[device], self.effect("sample_early")[device]
        return {
            "temperature": round(self.temperature[device] + self.noise(0.07), 1),
            "weight": round(light or self.weight[device]),
            "hours_kept": round(early or self.hours_kept[device], 1),
        }
