"""Disinfection: heated cabinets after meals, ultraviolet lamps around work, dish washers while plates come."""

import numpy as np

from sensors.city.hours import DAY_MINUTES, Hours
from sensors.city.model import STEP_MINUTES, Model, Moment

HOT = 120.0
GOOD_MINUTES, CYCLE_LIMIT = 10, 40


class Cabinets(Model):
    """Three cycles a day: ramp to 125 °C, hold, cool. `cycle_ok` is judged at the end and stays until the next."""

    faults = ("heater_weak",)

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.temperature = np.full(self.count, 24.0)
        self.humidity = np.full(self.count, 38.0)
        self.running = np.zeros(self.count, bool)
        self.elapsed = np.zeros(self.count)
        self.hot_minutes = np.zeros(self.count)
        self.cycle_minutes = random.uniform(12, 16, self.count)
        self.cycle_ok = np.ones(self.count, bool)
        self.hold = random.uniform(12, 17, self.count)
        self.lamp = random.uniform(75, 150, self.count)
        self._starts = np.array([510, 825, 1185])[:, None] + random.integers(-35, 36, (3, self.count))

    def step(self, now: Moment) -> None:
        starting = (self._starts == int(now.minute)).any(axis=0) & ~self.running & self.powered
        self.elapsed[starting] = self.hot_minutes[starting] = 0
        self.humidity[starting] = 82
        self.running |= starting
        self.elapsed += self.running * STEP_MINUTES
        weak = self.effect("heater_weak")
        target = np.where(weak > 0, weak, 127.0)
        heated = self.temperature + (target - self.temperature) * 0.17
        cooled = self.temperature + (self.ambient(now) - self.temperature) * 0.045
        self.temperature = np.where(self.running & self.powered, heated, cooled)
        self.hot_minutes += self.running * (self.temperature >= HOT) * STEP_MINUTES
        dry = np.where(self.running, 22.0, 38.0)
        self.humidity += (dry - self.humidity) * np.where(self.running, 0.12, 0.02)
        self._finish()

    def _finish(self) -> None:
        over = self.running & ((self.hot_minutes >= self.hold) | (self.elapsed >= CYCLE_LIMIT) | ~self.powered)
        self.cycle_minutes[over] = self.hot_minutes[over]
        self.cycle_ok[over] = self.hot_minutes[over] >= GOOD_MINUTES
        self.running &= ~over

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        running = bool(self.running[device])
        return {
            "temperature": round(self.temperature[device] + self.noise(0.2), 1),
            "humidity": round(self.humidity[device]),
            "irradiance": round(self.lamp[device] + self.noise(2)) if running else 0,
            "running": int(running),
            "cycle_ok": int(self.cycle_ok[device]),
            "cycle_minutes": round(self.cycle_minutes[device], 1),
        }


class UltravioletLamps(Model):
    """On for 35 to 50 minutes before work and again after it, when nobody is in the room."""

    faults = ("uv_lamp_aged", "uv_exposed")

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.length = random.uniform(35, 50, self.count)
        self.strength = random.uniform(85, 150, self.count)
        self.on = np.zeros(self.count, bool)
        self.elapsed = np.zeros(self.count)
        self._is_new = True
        self.cycle_minutes = self.length.copy()
        self.cycle_ok = np.ones(self.count, bool)

    def step(self, now: Moment) -> None:
        before = self.hours.until_opening(now.minute)
        after = self.hours.after_closing(now.minute)
        wanted = ((before <= self.length + 8) & (before > 8)) | ((after >= 20) & (after < 20 + self.length))
        on = self.powered & (wanted | (self.effect("uv_exposed") > 0))
        if self._is_new:
            # Cycles that were under way when time began: they are not shorter for that.
            self.on, self._is_new = on, False
            self.elapsed = np.where(before <= self.length + 8, self.length + 8 - before, after - 20) * wanted
        self.elapsed = np.where(on & ~self.on, 0, self.elapsed + on * STEP_MINUTES)
        ended = self.on & ~on
        self.cycle_minutes[ended] = self.elapsed[ended]
        # A lamp switched on among people, or cut off by a power failure, was no cycle.
        judged = ended & self.powered & (self.elapsed >= 15)
        self.cycle_ok[judged] = ((self.elapsed >= 30) & (self._irradiance() >= 70))[judged]
        self.on = on

    def _irradiance(self) -> np.ndarray:
        aged = self.effect("uv_lamp_aged")
        return np.where(aged > 0, aged, self.strength)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        on = bool(self.on[device])
        return {
            "irradiance": round(max(0.0, self._irradiance()[device] + self.noise(1.5))) if on else 0,
            "lamp": int(on),
            "cycle_minutes": round(self.elapsed[device] if on else self.cycle_minutes[device]),
            "cycle_ok": int(self.cycle_ok[device]),
            "exposed": int(on and self.effect("uv_exposed")[device] > 0),
        }


class DishWashers(Model):
    """Reports the last rinse again and again until the next."""

    faults = ("rinse_cold",)

    def __init__(self, hours: Hours, random: np.random.Generator) -> None:
        super().__init__(hours, random)
        self.rinse_temperature = random.uniform(86.5, 90, self.count)
        self.rinse_seconds = random.uniform(44, 70, self.count)

    def step(self, now: Moment) -> None:
        washes = self.random.random(self.count) < 0.1 * self.hours.business((now.minute - 45) % DAY_MINUTES)
        washes &= self.powered
        cold = self.effect("rinse_cold")
        hot = self.random.uniform(86.3, 90.5, self.count)
        self.rinse_temperature = np.where(washes, np.where(cold > 0, cold, hot), self.rinse_temperature)
        self.rinse_seconds = np.where(washes, self.random.uniform(44, 70, self.count), self.rinse_seconds)

    def reading(self, device: int, now: Moment) -> dict[str, float]:
        return {
            "rinse_temperature": round(self.rinse_temperature[device], 1),
            "rinse_seconds": round(self.rinse_seconds[device]),
        }
