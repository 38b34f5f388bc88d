"""The book of open alarms and their incidents: the only place that makes alarm events, so none is told twice."""

from collections import Counter

from scoring.alarms.state import OpenAlarm, State
from streaming.events import (
    AlarmAcknowledged,
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    AlarmSilenced,
    AlarmUnsilenced,
    Event,
    from_millis,
    millis,
)


class Book:
    def __init__(self, state: State):
        self._alarms = state.alarms
        self._of_unit: dict[str, set[str]] = {}
        self._of_device: dict[str, set[str]] = {}
        self._silenced: set[str] = set()
        for key, alarm in self._alarms.items():
            self._index(key, alarm)

    def __contains__(self, key: str) -> bool:
        return key in self._alarms

    def get(self, key: str) -> OpenAlarm | None:
        return self._alarms.get(key)

    def of_unit(self, unit: str) -> list[OpenAlarm]:
        return [self._alarms[key] for key in self._of_unit.get(unit, ())]

    def keys_of_device(self, device: str) -> list[str]:
        return sorted(self._of_device.get(device, ()))

    def keys_of_unit(self, unit: str) -> list[str]:
        return sorted(self._of_unit.get(unit, ()))

    def by_level(self) -> Counter[int]:
        return Counter(alarm.level for alarm in self._alarms.values())

    def incident_for(self, device: str) -> str:
        """The incident that the device is in already, the longest of several; empty when there is none.

        What is no device's (a licence) has a cause of its own.
        """
        known = [(self._alarms[key].since, key) for key in self._of_device.get(device, ())] if device else []
        return self._alarms[min(known)[1]].incident if known else ""

    # --- telling

    def raise_(self, key: str, at: int, out: list[Event], *, unit: str, rule: str, level: int, since: int, reason: str,
               device: str = "", metric: str = "", value: float | None = None, limit: str = "", incident: str = "",
               ) -> None:  # fmt: skip
        if key in self._alarms:
            return
        incident = incident or self.incident_for(device) or f"device:{key}"
        self._open(key, OpenAlarm(rule, unit, device, incident, level, since, value))
        out.append(
            AlarmRaised(
                unit=unit, at=from_millis(at), id=f"alarm_raised:{key}", alarm=key, rule=rule, level=level,
                since=from_millis(since), incident=incident, reason=reason, device=device, metric=metric, value=value,
                limit=limit,
            )
        )  # fmt: skip

    def change(self, key: str, at: int, out: list[Event], *, level: int, value: float | None, incident: str = "",
               ) -> None:  # fmt: skip
        alarm = self._alarms[key]
        out.append(
            AlarmChanged(
                unit=alarm.unit, at=from_millis(at), id=f"alarm_changed:{key}:{level}:{value}:{incident}", alarm=key,
                level=level, value=value, incident=incident,
            )
        )  # fmt: skip
        is_worse = level < alarm.level or (value is not None and value != alarm.value)
        self._change(key, level, value, incident)
        if is_worse:
            self._unsilence(key, at, out, because="worse")

    def clear(self, key: str, at: int, out: list[Event], value: float | None = None) -> None:
        alarm = self._alarms.get(key)
        if alarm is None:
            return
        self._close(key)
        # A clock that runs behind must not let an alarm end before it began.
        at = max(at, alarm.since)
        event = AlarmCleared(unit=alarm.unit, at=from_millis(at), id=f"alarm_cleared:{key}", alarm=key, value=value)
        out.append(event)

    def end_silences(self, now: int, out: list[Event]) -> None:
        """Those whose time is over call again."""
        for key in sorted(self._silenced):
            if self._alarms[key].silenced_until <= now:
                self._unsilence(key, now, out, because="ended")

    def _unsilence(self, key: str, at: int, out: list[Event], because: str) -> None:
        alarm = self._alarms[key]
        if not alarm.silenced_until:
            return
        out.append(
            AlarmUnsilenced(
                unit=alarm.unit, at=from_millis(at), id=f"alarm_returned:{key}:{alarm.silenced_until}:{at}", alarm=key,
                because=because,
            )
        )  # fmt: skip
        self._quiet(key, 0)

    # --- hearing: what another process told, or what we told before a restart

    def adopt(self, event: Event) -> None:
        match event:
            case AlarmRaised(alarm=key) if key not in self._alarms:
                since = millis(event.since)
                heard = OpenAlarm(event.rule, event.unit, event.device, event.incident, event.level, since, event.value)
                self._open(key, heard)
            case AlarmChanged(alarm=key) if key in self._alarms:
                self._change(key, event.level, event.value, event.incident)
            case AlarmAcknowledged(alarm=key) if key in self._alarms:
                self._alarms[key].acknowledged = True
            case AlarmSilenced(alarm=key) if key in self._alarms:
                self._quiet(key, millis(event.until))
            case AlarmUnsilenced(alarm=key) if key in self._alarms:
                self._quiet(key, 0)
            case AlarmCleared(alarm=key) if key in self._alarms:
                self._close(key)

    def _open(self, key: str, alarm: OpenAlarm) -> None:
        self._alarms[key] = alarm
        self._index(key, alarm)

    def _index(self, key: str, alarm: OpenAlarm) -> None:
        self._of_unit.setdefault(alarm.unit, set()).add(key)
        self._of_device.setdefault(alarm.device, set()).add(key)
        self._quiet(key, alarm.silenced_until)

    def _quiet(self, key: str, until: int) -> None:
        self._alarms[key].silenced_until = until
        (self._silenced.add if until else self._silenced.discard)(key)

    def _change(self, key: str, level: int, value: float | None, incident: str) -> None:
        alarm = self._alarms[key]
        alarm.level, alarm.value = level, value
        alarm.incident = incident or alarm.incident

    def _close(self, key: str) -> None:
        alarm = self._alarms.pop(key)
        self._silenced.discard(key)
        self._of_unit[alarm.unit].discard(key)
        self._of_device[alarm.device].discard(key)
