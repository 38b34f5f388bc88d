"""Is a device online: a current reading says yes, three intervals of silence or its own last will say no."""

from datetime import datetime

import msgspec

from scoring.rules import Rules
from streaming.events import (
    DeviceCameOnline,
    DeviceRegistered,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    ReadingTaken,
    from_millis,
    millis,
)

RULE = "alarm/offline/device"
CROWD = 20  # fewer devices may well be silent together
MINUTE = 60_000
HEARD, SILENT = "device_heard:", "device_silent:"  # ids of what was noticed here, not told by the device itself


class Presence(msgspec.Struct):
    unit: str
    interval: int = 0  # milliseconds, 0: never silent
    online: bool | None = None  # None: never heard of
    seen_at: int = 0
    changed_at: int = 0


class Online:
    """Which devices are online. Says each coming and going once, whoever noticed it."""

    def __init__(self, rules: Rules, devices: dict[str, Presence] | None = None):
        self.devices = devices if devices is not None else {}
        self._listen_until = 0
        self.use(rules)

    def use(self, rules: Rules) -> None:
        self._intervals = rules.body(RULE).get("intervals", 3)

    def on_event(self, event: Event) -> list[Event]:
        if type(event) is ReadingTaken:
            return self._heard(event)
        match event:
            case DeviceRegistered():
                known = self.devices.setdefault(event.device, Presence(event.unit))
                known.unit, known.interval = event.unit, event.interval_seconds * 1000
            case DeviceRemoved():
                self.devices.pop(event.device, None)
            case DeviceCameOnline():
                self._told(event, True)
            case DeviceWentOffline():
                self._told(event, False)
        return []

    def tick(self, now: datetime) -> list[Event]:
        """Devices that have been silent for too long. `at` is the moment their time ran out."""
        at = millis(now)
        out: list[Event] = []
        if self._hears_nobody(at):
            return out
        for id, device in self.devices.items():
            if device.online and device.interval and at - device.seen_at > self._intervals * device.interval:
                device.online = False
                device.changed_at = round(device.seen_at + self._intervals * device.interval)
                key = f"{SILENT}{id}:{device.changed_at}"
                out.append(DeviceWentOffline(unit=device.unit, device=id, at=from_millis(device.changed_at), id=key))
        return out

    def _hears_nobody(self, at: int) -> bool:
        """When a whole city stops at once it is our ear that failed; then each gets one more interval to be heard."""
        speaking = [device for device in self.devices.values() if device.online and device.interval]
        if len(speaking) < CROWD:
            return False
        intervals = [device.interval for device in speaking]
        if at - max(device.seen_at for device in speaking) > max(min(intervals), MINUTE):
            self._listen_until = at + max(intervals) + MINUTE
        return at < self._listen_until

    def dump(self) -> bytes:
        return msgspec.msgpack.encode(self.devices)

    @classmethod
    def load(cls, raw: bytes, rules: Rules) -> "Online":
        return cls(rules, msgspec.msgpack.decode(raw, type=dict[str, Presence]))

    def _heard(self, event: ReadingTaken) -> list[Event]:
        device = self.devices.get(event.device)
        if device is None:
            return []
        at = millis(event.at)
        if at > device.seen_at:
            device.seen_at = at
        # What was measured before it fell silent and arrives late does not say that it speaks now.
        if device.online or at <= device.changed_at:
            return []
        device.online, device.changed_at = True, at
        key = f"{HEARD}{event.device}:{at}"
        return [DeviceCameOnline(unit=device.unit, device=event.device, at=event.at, id=key)]

    def _told(self, event: DeviceCameOnline | DeviceWentOffline, online: bool) -> None:
        device = self.devices.get(event.device)
        at = millis(event.at)
        if device is None or at < device.changed_at:
            return
        if device.online is not online:
            device.online, device.changed_at = online, at
        if online:
            device.seen_at = max(device.seen_at, at)
