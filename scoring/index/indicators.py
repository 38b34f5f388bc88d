"""Indicators as rows: what each says of a unit at a moment, 0 (worst) to 1 (best), None without data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.index.state import DAY, Sum, UnitFacts, fade

Params = Mapping[str, Any]
Value = Callable[[UnitFacts, int, int, Params], float | None]  # (unit, at, day, parameters)


def _faded(unit: UnitFacts, key: str, at: int, params: Params) -> Sum | None:
    """The sums as they are worth now; None when there are none or they are too old to say anything."""
    found = unit.sums.get(key)
    if found is None or at - found.newest > params["forget_days"] * DAY:
        return None
    left = fade(at - found.at, params["half_life_days"])
    return Sum(found.good * left, found.n * left, at, found.newest)


def licences(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Share of licences that are valid today. One without a date does not expire."""
    if not unit.licences:
        return None
    valid = sum(1 for _, expires, _ in unit.licences.values() if expires == 0 or expires >= day)
    return valid / len(unit.licences)


def health_certificates(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Share of staff with a valid certificate. Somebody without a recorded one has none."""
    staff = valid = 0
    for _, expires, _ in unit.people.values():
        if expires >= 0:
            staff += 1
            valid += expires >= day
    return valid / staff if staff else None


def self_inspection_on_time(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Share done on time; halves for each allowed period that a round is overdue."""
    done = _faded(unit, "self_inspection_on_time", at, params)
    if done is None or done.n <= 0:
        return None
    value = done.good / done.n
    for name, newest in unit.rounds.items():
        allowed = params["allowed_days"].get(name)
        if allowed and at - newest > allowed * DAY:
            value *= fade(at - newest - allowed * DAY, allowed)
    return value


def self_inspection_findings(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    done = _faded(unit, "self_inspection_findings", at, params)
    return 1 - params["each"] * done.good / done.n if done and done.n > 0 else None


def inspections(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    found = _faded(unit, "inspections", at, params)
    return 1 - found.good if found else None


def cold_chain(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """From the share of time out of range. In the first day each hour counts as of a whole day, not of an hour."""
    hours = _faded(unit, "cold_chain", at, params)
    if hours is None:
        return None
    share = hours.good / max(hours.n, params["warm_up_hours"])
    free, zero = params["free_share"], params["zero_share"]
    return 1.0 if share <= free else 1 - (share - free) / max(zero - free, 1e-9)


def disinfection(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    cycles = _faded(unit, "disinfection", at, params)
    return cycles.good / cycles.n if cycles and cycles.n > 0 else None


def kitchen_alarms(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Whether sensors of the kitchen live: without, nothing is known. What alarms cost is `after_alarms`."""
    since, kinds = at - params["forget_days"] * DAY, params["kinds"]
    heard = any(
        device.heard_at and device.heard_at >= since for device in unit.devices.values() if device.kind in kinds
    )
    return 1.0 if heard else None


def morning_checks(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """That people are checked; a check that kept somebody from work is a good check."""
    age = at - unit.checked_at
    if not unit.checked_at or age > params["forget_days"] * DAY:
        return None
    return fade(age - params["allowed_days"] * DAY, params["half_life_days"])


def devices_online(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    known = online = 0
    for device in unit.devices.values():
        if device.online is not None:
            known += 1
            online += device.online
    return online / known if known else None


def cameras_true(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Share of cameras that show the kitchen as it is, among those that answer."""
    known = true = 0
    for device in unit.devices.values():
        if device.kind in CAMERAS and (device.online or device.faults):
            known += 1
            true += not device.faults
    return true / known if known else None


def smoke_and_gas(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Whether detectors live: without, nothing is known. What alarms cost is `after_alarms`."""
    if not unit.detector_heard_at or at - unit.detector_heard_at > params["forget_days"] * DAY:
        return None
    return 1.0


def detector_health(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    known = well = 0
    for device in unit.devices.values():
        if device.kind in DETECTORS and device.online is not None:
            known += 1
            well += device.online and not device.faults
    return well / known if known else None


def ratings(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Mean stars, drawn towards the usual while they are few."""
    stars = _faded(unit, "ratings", at, params)
    if stars is None or stars.n <= 0:
        return None
    weight = params["mean_counts_as"]
    return ((params["mean"] * weight + stars.good) / (weight + stars.n) - 1) / 4


def complaints_upheld(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    upheld = _faded(unit, "complaints_upheld", at, params)
    return 1 - params["each"] * upheld.good if upheld else None


def answer_time(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    hours = _faded(unit, "answer_time", at, params)
    if hours is None or hours.n <= 0:
        return None
    full, zero = params["full_hours"], params["zero_hours"]
    return 1 - (hours.good / hours.n - full) / max(zero - full, 1e-9)


def rectification(unit: UnitFacts, at: int, day: int, params: Params) -> float | None:
    """Share closed on time; one that is overdue and still open counts as not."""
    closed = _faded(unit, "rectification", at, params)
    good, n = (closed.good, closed.n) if closed else (0.0, 0.0)
    n += sum(1 for due, _ in unit.rectifications.values() if due and at > due)
    return good / n if n > 0 else None


CAMERAS = frozenset({"network_camera", "camera_4g"})
DETECTORS = frozenset({"smoke_alarm", "gas_alarm"})


@dataclass(frozen=True)
class IndicatorRow:
    key: str
    dimension: str
    value: Value


DIMENSIONS = ("disclosure", "self_inspection", "smart_kitchen", "fire", "public")
INDICATORS = (
    IndicatorRow("licences", "disclosure", licences),
    IndicatorRow("health_certificates", "disclosure", health_certificates),
    IndicatorRow("self_inspection_on_time", "self_inspection", self_inspection_on_time),
    IndicatorRow("self_inspection_findings", "self_inspection", self_inspection_findings),
    IndicatorRow("inspections", "self_inspection", inspections),
    IndicatorRow("cold_chain", "smart_kitchen", cold_chain),
    IndicatorRow("disinfection", "smart_kitchen", disinfection),
    IndicatorRow("kitchen_alarms", "smart_kitchen", kitchen_alarms),
    IndicatorRow("morning_checks", "smart_kitchen", morning_checks),
    IndicatorRow("devices_online", "smart_kitchen", devices_online),
    IndicatorRow("cameras_true", "smart_kitchen", cameras_true),
    IndicatorRow("smoke_and_gas", "fire", smoke_and_gas),
    IndicatorRow("detector_health", "fire", detector_health),
    IndicatorRow("ratings", "public", ratings),
    IndicatorRow("complaints_upheld", "public", complaints_upheld),
    IndicatorRow("answer_time", "public", answer_time),
    IndicatorRow("rectification", "public", rectification),
)
