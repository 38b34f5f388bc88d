"""The alarm engine: facts in, alarm facts out. Pure: time comes with the facts and with `tick`."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import msgspec

from scoring.alarms.book import Book
from scoring.alarms.cameras import Cameras
from scoring.alarms.hours import minutes_of
from scoring.alarms.licences import Licences
from scoring.alarms.limits import Limits
from scoring.alarms.silence import UNIT_RULE, Silence
from scoring.alarms.state import Device, State
from scoring.rules import Rules
from streaming.events import (
    AlarmAcknowledged,
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    AlarmSilenced,
    AlarmUnsilenced,
    CameraFaultCleared,
    CameraFaultFound,
    DeviceCameOnline,
    DeviceRegistered,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    LicenceRecorded,
    ReadingTaken,
    UnitClosed,
    UnitRegistered,
    millis,
)

_OF_ALARMS = (AlarmRaised, AlarmChanged, AlarmAcknowledged, AlarmSilenced, AlarmUnsilenced, AlarmCleared)


class AlarmEngine:
    """Which alarms are open. The events it answers with are already counted: heard again they change nothing."""

    def __init__(self, rules: Rules, timezone: tzinfo | None = None, state: State | None = None):
        self.state = state or State()
        self.book = Book(self.state)
        zone = timezone or ZoneInfo("Asia/Shanghai")
        self._limits = Limits(self.state, self.book, rules, zone)
        self._silence = Silence(self.state, self.book, rules)
        self._cameras = Cameras(self.state, self.book, rules)
        self._licences = Licences(self.state, self.book, rules, zone)

    def on_event(self, event: Event) -> list[Event]:
        out: list[Event] = []
        if type(event) is ReadingTaken:
            device = self.state.devices.get(event.device)
            if device is not None:
                at = millis(event.at)
                unit = self.state.unit(device.unit)
                unit.heard_at = max(unit.heard_at, at)
                self._limits.on_reading(device, event.metric, at, event.value, out)
        elif isinstance(event, _OF_ALARMS):
            self._adopt(event)
        else:
            self._on_other(event, millis(event.at), out)
        return out

    def tick(self, now: datetime) -> list[Event]:
        """What follows from time passing. Ask about once a second, with the time up to which facts are known."""
        out: list[Event] = []
        at = millis(now)
        self._limits.tick(at, out)
        self._silence.tick(at, out)
        self._cameras.tick(at, out)
        self._licences.tick(at, out)
        self.book.end_silences(at, out)
        return out

    def use(self, rules: Rules, at: datetime) -> list[Event]:
        """Put rules in force at once: what is open is judged again."""
        out: list[Event] = []
        now = millis(at)
        self._limits.use(rules, now, out)
        self._silence.use(rules, now, out)
        self._cameras.use(rules, now, out)
        self._licences.use(rules, now, out)
        return out

    def dump(self) -> bytes:
        return msgspec.msgpack.encode(self.state)

    @classmethod
    def load(cls, raw: bytes, rules: Rules, timezone: tzinfo | None = None) -> "AlarmEngine":
        return cls(rules, timezone, msgspec.msgpack.decode(raw, type=State))

    def _on_other(self, event: Event, at: int, out: list[Event]) -> None:
        match event:
            case UnitRegistered():
                unit = self.state.unit(event.unit)
                unit.business_type = event.business_type
                unit.opens, unit.closes = minutes_of(event.opens_at), minutes_of(event.closes_at)
            case DeviceRegistered():
                self._register(event, at, out)
            case DeviceRemoved():
                self._remove(event.device, at, out)
            case UnitClosed():
                self._close_unit(event.unit, at, out)
            case LicenceRecorded():
                self._licences.recorded(event.unit, event.licence, event.expires_on, at, out)
            case DeviceCameOnline() | DeviceWentOffline() | CameraFaultFound() | CameraFaultCleared():
                device = self.state.devices.get(event.device)
                if device is not None:
                    self._on_device(event, device, at, out)

    def _on_device(self, event: Event, device: Device, at: int, out: list[Event]) -> None:
        match event:
            case DeviceCameOnline():
                self._silence.came_online(device, at, out)
            case DeviceWentOffline():
                self._silence.went_offline(device, at, out)
            case CameraFaultFound(fault=fault):
                self._cameras.found(device, fault, at)
            case CameraFaultCleared(fault=fault):
                self._cameras.cleared(device, fault, at, out)

    def _register(self, event: DeviceRegistered, at: int, out: list[Event]) -> None:
        known = self.state.devices.get(event.device)
        if known is not None and (known.unit, known.kind) != (event.unit, event.device_kind):
            self._remove(event.device, at, out)
            known = None
        if known is None:
            known = Device(event.device, event.unit, event.device_kind, 0)
            self.state.devices[event.device] = known
            self.state.unit(event.unit).devices.add(event.device)
        known.interval = event.interval_seconds * 1000

    def _remove(self, id: str, at: int, out: list[Event]) -> None:
        device = self.state.devices.get(id)
        if device is None:
            return
        self.state.unit(device.unit).devices.discard(id)
        self._limits.forget(device, at, out)
        self._silence.forget(device, at, out)
        del self.state.devices[id]
        for key in self.book.keys_of_device(id):
            self.book.clear(key, at, out)

    def _close_unit(self, id: str, at: int, out: list[Event]) -> None:
        for device in sorted(self.state.unit(id).devices):
            self._remove(device, at, out)
        for slot in [slot for slot, entry in self.state.licences.items() if entry.unit == id]:
            del self.state.licences[slot]
        for key in self.book.keys_of_unit(id):
            self.book.clear(key, at, out)
        del self.state.units[id]

    def _adopt(self, event: Event) -> None:
        self.book.adopt(event)
        unit = self.state.unit(event.unit)
        if isinstance(event, AlarmRaised):
            if event.rule == UNIT_RULE:
                self._silence.heard_of_outage(event.alarm, unit)
            elif event.device in self.state.waiting and event.reason == "device_offline":
                del self.state.waiting[event.device]
        elif isinstance(event, AlarmCleared) and unit.outage == event.alarm:
            unit.outage = ""
