"""Which faults act right now, on which device, and what that does to physics, voices and the truth file."""

import heapq
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence

from sensors.catalogue import CATALOGUE
from sensors.city import damage
from sensors.city.faults import BY_KEY, CAMERA, HOUR, SENSOR, UNIT, Fault, Schedule, Truth
from sensors.city.field import Field
from sensors.city.registry import Device

log = logging.getLogger(__name__)

SUDDEN = frozenset(("smoke", "gas_leak", "manual_trigger", "uv_exposed"))  # told at once, not at the next round


class Troubles:
    """Follows the schedule through time. `of(device)` is what ails a device.

    `on_voice(device, online)` is called when a device falls silent with notice or comes back; `on_sudden(device)` when
    it has something to tell at once.
    """

    def __init__(
        self,
        devices: Sequence[Device],
        schedule: Schedule,
        field: Field,
        truth: Truth,
        reported: Callable[[float], float] = lambda seconds: seconds,
    ) -> None:
        self._devices = {device.id: device for device in devices}
        self._of_unit: dict[str, list[str]] = defaultdict(list)
        for device in devices:
            self._of_unit[device.unit_id].append(device.id)
        self._schedule, self._field, self._truth, self._reported = schedule, field, truth, reported
        self._active: dict[str, dict[str, Fault]] = {}
        self._ends: list[tuple[float, str, Fault]] = []
        self._coming: list[tuple[float, str, Fault]] = []
        self._hour = 0
        self._provoked = 0
        self.on_voice: Callable[[str, bool], None] = lambda device, online: None
        self.on_sudden: Callable[[str], None] = lambda device: None

    def begin(self, now: float) -> None:
        """Faults that were already there."""
        for fault in self._schedule.active_at(now):
            self._start(fault)
        self._hour = int(now // HOUR)
        self._expect(self._hour, now)

    def advance(self, now: float) -> None:
        """Begin and end what is due by now."""
        while self._hour < int(now // HOUR):
            self._hour += 1
            self._expect(self._hour, self._hour * HOUR - 1)
        while self._coming and self._coming[0][0] <= now:
            self._start(heapq.heappop(self._coming)[2])
        while self._ends and self._ends[0][0] <= now:
            self._end(heapq.heappop(self._ends)[2])

    def of(self, device: str) -> dict[str, Fault]:
        """The faults of a device by kind; empty for a sound one."""
        return self._active.get(device, _NONE)

    def is_online(self, device: str) -> bool:
        """Whether it (or its gateway) would say `online`. A device that is only silent says nothing."""
        faults = self.of(device)
        return not ("offline" in faults or "power_cut" in faults or "camera_offline" in faults)

    def provoke(self, payload: bytes, now: float) -> Fault | None:
        """A fault on command: JSON `{"fault": ..., "unit"?: ..., "device"?: ..., "minutes"?: 10, "strength"?: ...}`."""
        try:
            fault = self._wanted(json.loads(payload), now)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("cannot provoke that fault: %s", error)
            return None
        self._start(fault)
        return fault

    def _wanted(self, order: dict, now: float) -> Fault:
        kind = BY_KEY.get(order["fault"])
        if kind is None:
            raise ValueError(f"{order['fault']!r} is not a fault; allowed: {', '.join(BY_KEY)}")
        device = self._fitting(kind.where, order.get("unit"), order.get("device"))
        self._provoked += 1
        low, high = kind.strength
        return Fault(
            id=f"provoked-{kind.key}-{round(self._reported(now) * 1000)}-{self._provoked}",
            kind=kind.key,
            unit=device.unit_id,
            device="" if kind.where == (UNIT,) else device.id,
            start=now,
            end=now + float(order.get("minutes", 10)) * 60,
            strength=float(order.get("strength", (low + high) / 2)),
            provoked=True,
        )

    def _fitting(self, where: tuple[str, ...], unit: str | None, device: str | None) -> Device:
        """The device meant, or the first sound one that can have the fault."""
        for row in self._devices.values():
            if (device and row.id != device) or (unit and row.unit_id != unit):
                continue
            is_camera = CATALOGUE[row.kind].family == "camera"
            fits = (where == (UNIT,) or (where == (CAMERA,) and is_camera)
                    or (where == (SENSOR,) and not is_camera) or row.kind in where)  # fmt: skip
            if fits and (device or not self.of(row.id)):
                return row
        raise ValueError(f"no device fits (unit {unit!r}, device {device!r}); it must be one of: {', '.join(where)}")

    def _expect(self, hour: int, after: float) -> None:
        for fault in self._schedule.of_hour(hour):
            if fault.start > after:
                heapq.heappush(self._coming, (fault.start, fault.id, fault))

    def _start(self, fault: Fault) -> None:
        heapq.heappush(self._ends, (fault.end, fault.id, fault))
        self._truth.tell(fault, self._reported(fault.start), self._reported(fault.end))
        for device in self._touched(fault):
            was_online = self.is_online(device)
            self._active.setdefault(device, {})[fault.kind] = fault
            self._act(device, fault.kind, fault.strength, powered=fault.kind != "power_cut")
            if was_online and not self.is_online(device):
                self.on_voice(device, False)
        if fault.kind in SUDDEN:
            self.on_sudden(fault.device)

    def _end(self, fault: Fault) -> None:
        for device in self._touched(fault):
            faults = self._active.get(device, {})
            if faults.get(fault.kind) is not fault:
                continue  # a newer fault of the same kind took its place
            was_online = self.is_online(device)
            del faults[fault.kind]
            if not faults:
                self._active.pop(device, None)
            self._act(device, fault.kind, 0.0, powered=True)
            if not was_online and self.is_online(device):
                self.on_voice(device, True)
        if fault.kind in SUDDEN:
            self.on_sudden(fault.device)

    def _touched(self, fault: Fault) -> list[str]:
        return [fault.device] if fault.device else self._of_unit[fault.unit]

    def _act(self, device: str, kind: str, strength: float, powered: bool) -> None:
        if device not in self._field.places:
            return  # cameras have no physics
        if kind == "power_cut":
            self._field.set_power(device, powered)
        elif kind not in damage.REPORTING:
            self._field.set_effect(device, kind, strength)


_NONE: dict[str, Fault] = {}
