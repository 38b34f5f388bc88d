"""How a fact moves a unit's sums. Every step costs the same, however long the history."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.index.alarms import cleared, indicator_of
from scoring.index.indicators import DETECTORS
from scoring.index.state import DeviceFacts, OpenAlarm, UnitFacts
from scoring.rules import Rules
from streaming.events import (
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    CameraFaultCleared,
    CameraFaultFound,
    ComplaintClosed,
    DeviceCameOnline,
    DeviceRegistered,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    InspectionFinished,
    LicenceRecorded,
    MorningCheckDone,
    PersonRecorded,
    RatingGiven,
    ReadingTaken,
    RectificationClosed,
    RectificationOrdered,
    SelfInspectionDone,
    UnitRegistered,
    millis,
)
from twin.state import INFORMATION

Params = Mapping[str, Any]  # the row index/indicators
NO_CERTIFICATE, HAS_LEFT = 0, -1


def read(unit: UnitFacts, event: ReadingTaken, params: Params, rules: Rules) -> bool:
    """Fold a reading in; whether it says anything about safety."""
    device = unit.devices.get(event.device)
    if device is None:
        return False
    at = millis(event.at)
    device.heard_at = max(device.heard_at, at)
    if device.kind in DETECTORS:
        unit.detector_heard_at = max(unit.detector_heard_at, at)
        return event.metric == "fault" and _detector_fault(unit, device, event, at)
    cold = params["cold_chain"]
    if event.metric == cold["metric"] and device.kind in cold["kinds"]:
        return _cold(unit, device, event, at, cold, rules)
    if event.metric in params["disinfection"]["metrics"]:
        limits = rules.limits(device.kind, event.metric, unit.business_type)
        is_good = not any(limit.outside(event.value) for limit in limits)
        _count(unit, "disinfection", float(is_good), 1.0, at, params, key_of(event))
        return True
    return False


def key_of(event: ReadingTaken) -> str:
    """Where the reading can be found, whatever id its sender gave it: device, metric, moment."""
    return f"reading:{event.device}:{event.metric}:{millis(event.at)}"


def _cold(unit: UnitFacts, device: DeviceFacts, event: ReadingTaken, at: int, cold: Params, rules: Rules) -> bool:
    """Time from the last reading to this one counts as the last one was, for at most three intervals."""
    if at <= device.cold_at:
        return False
    limits = rules.limits(device.kind, event.metric, unit.business_type)
    if device.cold_at:
        hours = min(at - device.cold_at, 3 * (device.interval or 300_000)) / 3_600_000
        unit.sum("cold_chain").add(hours if device.cold_outside else 0.0, hours, at, cold["half_life_days"])
    device.cold_at, device.cold_outside = at, any(limit.outside(event.value) for limit in limits)
    if device.cold_outside:
        unit.remember("cold_chain", at, key_of(event))
    return True


def _detector_fault(unit: UnitFacts, device: DeviceFacts, event: ReadingTaken, at: int) -> bool:
    if at <= device.flag_at:
        return False
    device.flag_at = at
    had = "fault" in device.faults
    if event.value > 0:
        device.faults["fault"] = key_of(event)
    else:
        device.faults.pop("fault", None)
    return had != ("fault" in device.faults)


def _count(unit: UnitFacts, indicator: str, good: float, n: float, at: int, params: Params, fact: str) -> None:
    unit.sum(indicator).add(good, n, at, params[indicator]["half_life_days"])
    unit.remember(indicator, at, fact)


# --- facts that are not readings; each answers whether the index may have moved -------------------------------


def _unit_registered(unit: UnitFacts, event: UnitRegistered, params: Params) -> bool:
    unit.business_type, unit.registered = event.business_type, True
    return True


def _device_registered(unit: UnitFacts, event: DeviceRegistered, params: Params) -> bool:
    device = unit.devices.get(event.device)
    if device is None or device.kind != event.device_kind:
        device = unit.devices[event.device] = DeviceFacts(event.device_kind)
    device.interval = event.interval_seconds * 1000
    return False


def _device_removed(unit: UnitFacts, event: DeviceRemoved, params: Params) -> bool:
    return unit.devices.pop(event.device, None) is not None


def _device_online(unit: UnitFacts, event: DeviceCameOnline | DeviceWentOffline, params: Params) -> bool:
    device = unit.devices.get(event.device)
    told = (millis(event.at), isinstance(event, DeviceCameOnline), event.key)
    if device is None or told <= device.told:
        return False
    moved = device.online is not told[1]
    device.told, device.online = told, told[1]
    return moved


def _camera_fault(unit: UnitFacts, event: CameraFaultFound | CameraFaultCleared, params: Params) -> bool:
    device = unit.devices.get(event.device)
    if device is None:
        return False
    if isinstance(event, CameraFaultFound):
        device.faults[event.fault] = event.key
        return True
    return device.faults.pop(event.fault, None) is not None


def _licence(unit: UnitFacts, event: LicenceRecorded, params: Params) -> bool:
    at = millis(event.at)
    entry = (at, event.expires_on.toordinal() if event.expires_on else 0, event.key)
    if entry < unit.licences.get(event.licence, (0, 0, "")):
        return False
    unit.licences[event.licence] = entry
    return True


def _person(unit: UnitFacts, event: PersonRecorded, params: Params) -> bool:
    at, expires_on = millis(event.at), event.health_certificate_expires_on
    expires = expires_on.toordinal() if expires_on else NO_CERTIFICATE
    entry = (at, HAS_LEFT if event.left else expires, event.key)
    if entry < unit.people.get(event.person, (0, HAS_LEFT, "")):
        return False
    unit.people[event.person] = entry
    return True


def _self_inspection(unit: UnitFacts, event: SelfInspectionDone, params: Params) -> bool:
    at = millis(event.at)
    unit.rounds[event.round] = max(at, unit.rounds.get(event.round, 0))
    _count(unit, "self_inspection_on_time", float(event.on_time), 1.0, at, params, event.key)
    _count(unit, "self_inspection_findings", float(max(event.findings, 0)), 1.0, at, params, event.key)
    return True


def _inspection(unit: UnitFacts, event: InspectionFinished, params: Params) -> bool:
    row = params["inspections"]
    lost = row["each"] * max(event.violations, 0) + row["serious"] * max(event.serious, 0)
    if not event.passed:
        lost = max(lost, row["serious"])
    _count(unit, "inspections", lost, 1.0, millis(event.at), params, event.key)
    return True


def _morning_check(unit: UnitFacts, event: MorningCheckDone, params: Params) -> bool:
    at = millis(event.at)
    unit.checked_at = max(unit.checked_at, at)
    unit.remember("morning_checks", at, event.key)
    return True


def _rating(unit: UnitFacts, event: RatingGiven, params: Params) -> bool:
    stars = float(min(max(event.stars, 1), 5))
    _count(unit, "ratings", stars, 1.0, millis(event.at), params, event.key)
    return True


def _complaint_closed(unit: UnitFacts, event: ComplaintClosed, params: Params) -> bool:
    at, row = millis(event.at), params["answer_time"]
    _count(unit, "complaints_upheld", float(event.upheld), 1.0, at, params, event.key)
    # One answer of a thousand hours must not weigh more than one that was never given.
    hours = min(max(event.hours, row["full_hours"]), row["zero_hours"])
    _count(unit, "answer_time", hours, 1.0, at, params, event.key)
    return True


def _rectification_ordered(unit: UnitFacts, event: RectificationOrdered, params: Params) -> bool:
    due = millis(event.due_at) if event.due_at else 0
    unit.rectifications[event.rectification] = (due, event.key)
    unit.remember("rectification", millis(event.at), event.key)
    return True


def _rectification_closed(unit: UnitFacts, event: RectificationClosed, params: Params) -> bool:
    unit.rectifications.pop(event.rectification, None)
    _count(unit, "rectification", float(event.on_time), 1.0, millis(event.at), params, event.key)
    return True


def _alarm_raised(unit: UnitFacts, event: AlarmRaised, params: Params) -> bool:
    if event.alarm in unit.alarms:
        return False
    alarm = OpenAlarm(event.level, event.key, indicator_of(event.rule, params), millis(event.since))
    unit.alarms[event.alarm] = alarm
    if alarm.indicator and event.level < INFORMATION:
        unit.remember(alarm.indicator, millis(event.at), event.key)
        return True
    return event.level == 1


def _alarm_changed(unit: UnitFacts, event: AlarmChanged, params: Params) -> bool:
    alarm = unit.alarms.get(event.alarm)
    if alarm is None or alarm.level == event.level:
        return False
    alarm.level = event.level
    if alarm.indicator:
        unit.remember(alarm.indicator, millis(event.at), event.key)
    return True


def _alarm_cleared(unit: UnitFacts, event: AlarmCleared, params: Params) -> bool:
    alarm, at = unit.alarms.pop(event.alarm, None), millis(event.at)
    if alarm is None:
        return False
    if alarm.indicator and cleared(unit, alarm, at, params[alarm.indicator]):
        unit.remember(alarm.indicator, at, event.key)
        return True
    return alarm.level == 1


FOLDS: dict[type[Event], Callable[[UnitFacts, Any, Params], bool]] = {
    UnitRegistered: _unit_registered,
    DeviceRegistered: _device_registered,
    DeviceRemoved: _device_removed,
    DeviceCameOnline: _device_online,
    DeviceWentOffline: _device_online,
    CameraFaultFound: _camera_fault,
    CameraFaultCleared: _camera_fault,
    LicenceRecorded: _licence,
    PersonRecorded: _person,
    SelfInspectionDone: _self_inspection,
    InspectionFinished: _inspection,
    MorningCheckDone: _morning_check,
    RatingGiven: _rating,
    ComplaintClosed: _complaint_closed,
    RectificationOrdered: _rectification_ordered,
    RectificationClosed: _rectification_closed,
    AlarmRaised: _alarm_raised,
    AlarmChanged: _alarm_changed,
    AlarmCleared: _alarm_cleared,
}
