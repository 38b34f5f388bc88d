"""Devices that fell silent. One alone is an alarm of its own; a unit that goes dark is one incident, not forty."""

from scoring.alarms.book import Book
from scoring.alarms.state import Device, State, Unit, Waiting
from scoring.rules import Rules
from streaming.events import Event

DEVICE_RULE, UNIT_RULE = "alarm/offline/device", "alarm/offline/unit"


class Silence:
    def __init__(self, state: State, book: Book, rules: Rules):
        self._state, self._book, self._rules = state, book, rules

    def went_offline(self, device: Device, at: int, out: list[Event]) -> None:
        if device.online is False:
            return
        device.online, device.offline_at = False, at
        unit = self._state.unit(device.unit)
        if unit.outage:
            return  # the incident of the whole unit explains it
        self._state.waiting[device.id] = Waiting(since=at, wait_from=at)
        self._recognise_outage(unit, at, out)

    def came_online(self, device: Device, at: int, out: list[Event]) -> None:
        if device.online:
            return
        device.online = True
        self._state.waiting.pop(device.id, None)
        self._book.clear(_key(device), at, out)
        unit = self._state.unit(device.unit)
        if unit.outage:
            self._end_outage_if_over(unit, at, out)

    def tick(self, now: int, out: list[Event]) -> None:
        for id, waiting in list(self._state.waiting.items()):
            device = self._state.devices.get(id)
            if device is None:
                del self._state.waiting[id]
                continue
            body = self._rules.body(DEVICE_RULE, self._state.unit(device.unit).business_type)
            if now - waiting.wait_from >= self._patience(device, waiting, body.get("grace_seconds", 60) * 1000):
                del self._state.waiting[id]
                if body.get("enabled", False):
                    self._book.raise_(
                        _key(device), now, out, unit=device.unit, rule=DEVICE_RULE, level=body["level"],
                        since=waiting.since, reason="device_offline", device=id,
                    )  # fmt: skip

    def use(self, rules: Rules, now: int, out: list[Event]) -> None:
        self._rules = rules
        for device in self._state.devices.values():
            if device.online is False and not self._is_enabled(DEVICE_RULE, device.unit):
                self._book.clear(_key(device), now, out)
        for unit in self._state.units.values():
            if unit.outage and not self._is_enabled(UNIT_RULE, unit.id):
                self._end_outage(unit, now, out)

    def forget(self, device: Device, at: int, out: list[Event]) -> None:
        self._state.waiting.pop(device.id, None)
        self._book.clear(_key(device), at, out)
        unit = self._state.unit(device.unit)
        if unit.outage:
            self._end_outage_if_over(unit, at, out)

    def heard_of_outage(self, key: str, unit: Unit) -> None:
        """We told of this outage before a restart."""
        unit.outage = key
        for id in unit.devices:
            self._state.waiting.pop(id, None)

    def _patience(self, device: Device, waiting: Waiting, grace: int) -> int:
        """Silence shows device by device over one interval; another voice from the unit shows that it has power."""
        unit = self._state.unit(device.unit)
        if unit.heard_at > waiting.wait_from:
            return grace
        others = [self._state.devices[id] for id in unit.devices if id != device.id]
        return grace + max((other.interval for other in others if other.online), default=0)

    def _recognise_outage(self, unit: Unit, at: int, out: list[Event]) -> None:
        body = self._rules.body(UNIT_RULE, unit.business_type)
        if not body.get("enabled", False):
            return
        dark, lit = self._dark_and_lit(unit, at - body["window_seconds"] * 1000)
        is_whole = len(dark) >= 2 and not lit
        is_most = len(dark) >= body["min_devices"] and len(dark) >= body["share"] * (len(dark) + len(lit))
        if not (is_whole or is_most):
            return
        since = min(device.offline_at for device in dark)
        unit.outage = f"unit_offline:{unit.id}:{since}"
        incident = f"unit_power:{unit.id}:{since}"
        self._book.raise_(
            unit.outage, at, out, unit=unit.id, rule=UNIT_RULE, level=body["level"], since=since,
            reason="unit_offline", value=float(len(dark)), incident=incident,
        )  # fmt: skip
        for device in sorted(dark, key=lambda each: each.id):
            self._state.waiting.pop(device.id, None)
            alarm = self._book.get(_key(device))
            if alarm is not None:
                self._book.change(_key(device), at, out, level=alarm.level, value=alarm.value, incident=incident)

    def _end_outage_if_over(self, unit: Unit, at: int, out: list[Event]) -> None:
        known = [device for device in self._devices(unit) if device.online is not None]
        lit = sum(1 for device in known if device.online)
        if 2 * lit >= len(known):
            self._end_outage(unit, at, out)

    def _end_outage(self, unit: Unit, at: int, out: list[Event]) -> None:
        key, unit.outage = unit.outage, ""
        self._book.clear(key, at, out)
        for device in self._devices(unit):
            if device.online is False and _key(device) not in self._book:
                # Power is back and this one is not: from now on it is a fault of its own.
                self._state.waiting[device.id] = Waiting(since=device.offline_at, wait_from=at)

    def _dark_and_lit(self, unit: Unit, window_from: int) -> tuple[list[Device], list[Device]]:
        """Devices that went dark together, and those that still speak. Long dead ones say nothing about power."""
        known = self._devices(unit)
        dark = [device for device in known if device.online is False and device.offline_at >= window_from]
        return dark, [device for device in known if device.online]

    def _devices(self, unit: Unit) -> list[Device]:
        return [self._state.devices[id] for id in sorted(unit.devices)]

    def _is_enabled(self, rule: str, unit: str) -> bool:
        return bool(self._rules.body(rule, self._state.unit(unit).business_type).get("enabled", False))


def _key(device: Device) -> str:
    return f"offline:{device.id}:{device.offline_at}"
