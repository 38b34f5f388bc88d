"""What goes wrong: a schedule that follows from the seed alone, and a file that tells the truth about it.

Every hour of the calendar has its own faults, drawn from the seed and that hour. So a city that was stopped and
started again meets the faults it would have met anyway, and two runs can be compared.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zlib import crc32

import numpy as np

from sensors.catalogue import CATALOGUE
from sensors.city.registry import Device
from sensors.city.shares import UNITS_OF_PLAN

HOUR = 3600
LOOK_BACK_HOURS = 72  # no fault lasts longer

COLD = ("fridge_temp_humidity", "freezer_temp_humidity", "sample_retention")
BATTERY = (*COLD[:2], "room_temp_humidity", "smoke_alarm", "rat_guard", "gps_locator")
NUMERIC = (*COLD, "room_temp_humidity", "hot_holding")
UNIT, CAMERA, SENSOR = "unit", "camera", "sensor"


@dataclass(frozen=True)
class FaultKind:
    """A row of what can happen. `rate` is starts an hour in the whole planned city, `minutes` how long it may last."""

    key: str
    where: tuple[str, ...]  # kinds of device, or `unit`, `camera`, `sensor` (any of them)
    rate: float
    minutes: tuple[float, float]
    strength: tuple[float, float] = (1.0, 1.0)
    hours: tuple[int, int] = (0, 24)  # UTC hours in which it may begin


# Rates are tuned so that a wall shows a few dozen open alarms, of which none to three are serious.
FAULTS: tuple[FaultKind, ...] = (
    FaultKind("compressor_failure", COLD, 0.6, (150, 320)),
    FaultKind("door_left_open", COLD[:2], 1.0, (40, 95)),
    FaultKind("ac_failure", ("room_temp_humidity",), 0.5, (90, 240)),
    FaultKind("heater_off", ("hot_holding",), 0.5, (60, 170)),
    FaultKind("heater_weak", ("cabinet_disinfection",), 0.3, (400, 600), (92, 114)),
    FaultKind("uv_lamp_aged", ("uv_disinfection",), 0.06, (1200, 2880), (35, 62)),
    FaultKind("uv_exposed", ("uv_disinfection",), 0.04, (6, 18), hours=(2, 11)),
    FaultKind("rinse_cold", ("dish_washer",), 0.25, (120, 300), (68, 81)),
    FaultKind("smoke", ("smoke_alarm",), 0.12, (6, 16)),
    FaultKind("gas_leak", ("gas_alarm",), 0.25, (8, 25), (13, 40)),
    FaultKind("detector_fault", ("smoke_alarm", "gas_alarm"), 0.1, (180, 720)),
    FaultKind("rat_guard_moved", ("rat_guard",), 2.0, (25, 120), (9, 90)),
    FaultKind("sample_light", ("sample_retention",), 0.3, (60, 300), (70, 115)),
    FaultKind("sample_early", ("sample_retention",), 0.15, (60, 300), (20, 45)),
    FaultKind("battery_low", BATTERY, 0.05, (1440, 4320)),
    FaultKind("offline", (SENSOR,), 1.0, (30, 720)),
    FaultKind("silent", (SENSOR,), 0.3, (30, 600)),
    FaultKind("drift", NUMERIC, 0.15, (600, 1800), (-2.5, 2.5)),
    FaultKind("stuck", NUMERIC, 0.2, (240, 1200)),
    FaultKind("repeat", (SENSOR,), 0.2, (60, 300), (2, 5)),
    FaultKind("rubbish", (SENSOR,), 0.12, (20, 90), (0.3, 0.8)),
    FaultKind("wrong_clock", (SENSOR,), 0.05, (60, 300), (-7200, 86_400)),
    FaultKind("power_cut", (UNIT,), 0.25, (18, 80)),
    FaultKind("camera_offline", (CAMERA,), 0.8, (120, 900)),
)
BY_KEY = {kind.key: kind for kind in FAULTS}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. Times are simulated seconds since 1970; `device` is empty for a whole unit."""

    id: str
    kind: str
    unit: str
    device: str
    start: float
    end: float
    strength: float = 1.0
    provoked: bool = False


class Schedule:
    """The faults of any hour, for this city and seed."""

    def __init__(self, devices: Sequence[Device], units: int, seed: int) -> None:
        self._seed = seed
        self._scale = units / UNITS_OF_PLAN
        sensors = [d for d in devices if CATALOGUE[d.kind].family != "camera"]
        self._candidates: dict[tuple[str, ...], list[Device]] = {
            (SENSOR,): sensors,
            (CAMERA,): [d for d in devices if CATALOGUE[d.kind].family == "camera"],
            (UNIT,): list({d.unit_id: d for d in sensors if d.kind != "gps_locator"}.values()),
        }
        for kind in FAULTS:
            if kind.where not in self._candidates:
                self._candidates[kind.where] = [d for d in sensors if d.kind in kind.where]

    def of_hour(self, hour: int) -> list[Fault]:
        """Faults that begin in that hour since 1970, in order of their beginning."""
        return sorted((f for kind in FAULTS for f in self._draw(kind, hour)), key=lambda fault: (fault.start, fault.id))

    def active_at(self, moment: float) -> list[Fault]:
        """Faults that began before and are not over."""
        now = int(moment // HOUR)
        return [
            fault
            for hour in range(now - LOOK_BACK_HOURS, now + 1)
            for fault in self.of_hour(hour)
            if fault.start <= moment < fault.end
        ]

    def _draw(self, kind: FaultKind, hour: int) -> Iterator[Fault]:
        candidates = self._candidates[kind.where]
        if not candidates or not kind.hours[0] <= hour % 24 < kind.hours[1]:
            return
        random = np.random.default_rng((self._seed, crc32(kind.key.encode()), hour))
        for number in range(int(random.poisson(kind.rate * self._scale))):
            device = candidates[int(random.integers(len(candidates)))]
            start = (hour + random.random()) * HOUR
            yield Fault(
                id=f"{kind.key}-{hour}-{number}",
                kind=kind.key,
                unit=device.unit_id,
                device="" if kind.where == (UNIT,) else device.id,
                start=start,
                end=start + random.uniform(*kind.minutes) * 60,
                strength=round(float(random.uniform(*kind.strength)), 3),
            )


@dataclass
class Truth:
    """The file that detectors are judged against: one JSON line per injected fault, written when it begins.

    Times are as the devices tell them. A fault that runs on after a restart is not written twice.
    """

    path: Path
    _known: set[str] = field(default_factory=set)
    _file: IO[str] | None = None

    def __post_init__(self) -> None:
        if self.path.exists():
            with self.path.open(encoding="utf-8") as lines:
                self._known = {str(found) for line in lines if (found := _id_of(line))}

    def tell(self, fault: Fault, start: float, end: float) -> None:
        """Append and flush; `start` and `end` in seconds since 1970 on the clock of the devices."""
        if fault.id in self._known:
            return
        self._known.add(fault.id)
        line = {
            "id": fault.id,
            "kind": fault.kind,
            "device": fault.device or None,
            "unit": fault.unit,
            "from": _text(start),
            "until": _text(end),
            "parameters": {"strength": fault.strength},
            "provoked": fault.provoked,
        }
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a", encoding="utf-8")
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _id_of(line: str) -> str | None:
    try:
        return json.loads(line)["id"]
    except (ValueError, KeyError, TypeError):
        return None  # half a line, from a process that was killed while writing
