"""All sensors of the city and their physics, stepped minute by minute on a grid that does not depend on the start."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from zlib import crc32

import numpy as np

from sensors.city.disinfection import Cabinets, DishWashers, UltravioletLamps
from sensors.city.hours import Hours
from sensors.city.kitchen import GasAlarms, HotHolding, RatGuards, SmokeAlarms, SpecialRooms
from sensors.city.locator import Locators
from sensors.city.model import STEP_SECONDS, Model, Moment
from sensors.city.refrigerator import CHILLED, FROZEN, Refrigerators, SampleStores
from sensors.city.registry import Device, Unit

MODELS: dict[str, Callable[[Hours, np.random.Generator], Model]] = {
    "fridge_temp_humidity": lambda hours, random: Refrigerators(hours, random, CHILLED),
    "freezer_temp_humidity": lambda hours, random: Refrigerators(hours, random, FROZEN),
    "sample_retention": SampleStores,
    "cabinet_disinfection": Cabinets,
    "uv_disinfection": UltravioletLamps,
    "dish_washer": DishWashers,
    "room_temp_humidity": SpecialRooms,
    "hot_holding": HotHolding,
    "smoke_alarm": SmokeAlarms,
    "gas_alarm": GasAlarms,
    "rat_guard": RatGuards,
}
WARM_UP_SECONDS = 3 * 3600


class Field:
    """Where the true values are. `now` is simulated time in seconds since 1970; it begins at a full minute."""

    def __init__(
        self, sensors: Sequence[Device], units: Sequence[Unit], seed: int, start: float, timezone: tzinfo
    ) -> None:
        self._timezone = timezone
        self.now = start // STEP_SECONDS * STEP_SECONDS
        by_id = {unit.id: unit for unit in units}
        rows: dict[str, list[Device]] = defaultdict(list)
        for device in sensors:
            rows[device.kind].append(device)
        self.models: dict[str, Model] = {}
        self.places: dict[str, tuple[Model, int]] = {}
        for kind, devices in rows.items():
            kitchens = [by_id[device.unit_id] for device in devices]
            hours = Hours([unit.opens_at for unit in kitchens], [unit.closes_at for unit in kitchens])
            random = np.random.default_rng((seed, crc32(kind.encode())))
            if kind == "gps_locator":
                model: Model = Locators(hours, random, [(unit.latitude, unit.longitude) for unit in kitchens])
            else:
                model = MODELS.get(kind, Model)(hours, random)
            self.models[kind] = model
            self.places |= {device.id: (model, row) for row, device in enumerate(devices)}

    def moment(self) -> Moment:
        local = datetime.fromtimestamp(self.now, self._timezone)
        return Moment(self.now, local.hour * 60 + local.minute + local.second / 60, local.toordinal())

    def advance(self, until: float) -> None:
        """Let time pass up to the last full minute."""
        while self.now + STEP_SECONDS <= until:
            self.now += STEP_SECONDS
            moment = self.moment()
            for model in self.models.values():
                model.step(moment)

    def reading(self, device: str, moment: Moment | None = None) -> dict[str, float]:
        model, row = self.places[device]
        values = model.reading(row, moment or self.moment())
        return {metric: value if type(value) is int else float(value) for metric, value in values.items()}

    def set_effect(self, device: str, fault: str, strength: float) -> bool:
        """Let a fault act on a device's physics; False when this kind of device knows no such fault."""
        model, row = self.places[device]
        if fault not in model.faults:
            return False
        model.effect(fault)[row] = strength
        return True

    def set_power(self, device: str, powered: bool) -> None:
        model, row = self.places[device]
        model.powered[row] = powered
