"""Rooms and counters: special rooms with air conditioning, hot holding, smoke, gas, rat guards."""

import numpy as np

from sensors.city.hours import DAY_MINUTES, Hours
from sensors.city.model import Model, Moment


class SpecialRooms(Model):
    """Cooled to about 21 °C while people work in them; left alone they follow the kitchen slowly."""

    faults = ("ac_failure", "battery_low")

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.setpoint = random.uniform(19, 22, self.count)
        self.temperature = self.setpoint + random.normal(0, 0.5, self.count)
        self.humidity = random.uniform(40, 55, self.count)

    def step(self, now: Moment) -> None:
        ambient = self.ambient(now) + 1.5
        cooled = self.powered & (self.hours.until_opening(now.minute) < 60) | self.hours.are_open(now.minute)
        failed = self.effect("ac_failure") > 0
        target = np.where(failed, ambient + 4.5, np.where(cooled, self.setpoint, ambient - 2))
        pace = np.where(cooled & ~failed, 0.08, 0.02)
        self.temperature += pace * (target - self.temperature) + self.random.normal(0, 0.05, self.count)
        damp = 44 + 12 * self.hours.business(now.minute) + 6 * failed
        self.humidity += 0.05 * (damp - self.humidity) + self.random.normal(0, 0.3, self.count)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        return {
            "temperature": round(self.temperature[device] + self.noise(0.05), 1),
            "humidity": round(min(68.0, max(22.0, self.humidity[device]))),
            **self.radio(device, now),
        }


class HotHolding(Model):
    """Heated from before opening until closing; fresh pans at meals pull it down a little."""

    faults = ("heater_off",)

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.setpoint = random.uniform(68, 76, self.count)
        self.temperature = np.full(self.count, 24.0)
        self.heating = np.zeros(self.count, bool)

    def step(self, now: Moment) -> None:
        wanted = self.hours.are_open(now.minute) | (self.hours.until_opening(now.minute) < 75)
        wanted &= (self.effect("heater_off") == 0) & self.powered
        low = self.temperature < np.where(self.heating, self.setpoint + 1.5, self.setpoint - 1.5)
        self.heating = wanted & low
        pans = self.random.random(self.count) < 0.03 * self.hours.business(now.minute)
        self.temperature += (
            self.heating * 1.6
            - (self.temperature - self.ambient(now)) / 150
            - pans * self.random.uniform(1, 4, self.count)
        )

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        return {"temperature": round(self.temperature[device] + self.noise(0.15), 1)}


class SmokeAlarms(Model):
    faults = ("smoke", "manual_trigger", "detector_fault", "battery_low")

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        return {
            "smoke": int(self.effect("smoke")[device] > 0),
            "manual_trigger": int(self.effect("manual_trigger")[device] > 0),
            "self_test": int(now.day % 7 == device % 7 and 600 <= now.minute < 605),
            "fault": int(self.effect("detector_fault")[device] > 0),
            **self.radio(device, now),
        }


class GasAlarms(Model):
    """A trace while they cook; a leak fills the room within minutes and airs out as slowly."""

    faults = ("gas_leak", "detector_fault")

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.lel = random.uniform(0, 1, self.count)

    def step(self, now: Moment) -> None:
        leak = self.effect("gas_leak")
        target = np.where(leak > 0, leak, 0.4 + 2.6 * self.hours.business(now.minute))
        self.lel += 0.3 * (target - self.lel) + self.random.normal(0, 0.12, self.count)
        self.lel = np.maximum(self.lel, 0)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        return {
            "lel": round(float(self.lel[device]), 1),
            "self_test": int(now.day % 7 == device % 7 and 600 <= now.minute < 605),
            "fault": int(self.effect("detector_fault")[device] > 0),
        }


class RatGuards(Model):
    """A board before the back door. Pushed aside (and not put back) it shows a gap and leans."""

    faults = ("rat_guard_moved", "battery_low")

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.gap = random.uniform(1, 3.5, self.count)
        self.lean = random.uniform(0, 2, self.count)

    def step(self, now: Moment) -> None:
        if now.minute % DAY_MINUTES < 1:  # put up anew every day
            self.gap = self.random.uniform(1, 3.5, self.count)
            self.lean = self.random.uniform(0, 2, self.count)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        moved = self.effect("rat_guard_moved")[device]
        return {
            "displacement": round(self.gap[device] + moved + abs(self.noise(0.15)), 1),
            "tilt": round(min(80.0, self.lean[device] + moved / 4 + abs(self.noise(0.1))), 1),
            **self.radio(device, now),
        }
