"""The rows of a new house: limits from the device catalogue, the rest from the trade (`docs/alarm-rules.md`)."""

from typing import Any

from scoring.rules.model import Rule, Rules
from sensors.catalogue import KINDS, DeviceType, Limit, Metric

HYSTERESIS = {"°C": 0.5, "%": 2, "%LEL": 1, "mm": 0.5, "°": 0.5, "g": 5}  # by unit of measure; flags have none
STEP = {"°C": 1, "%": 10, "%LEL": 5, "mm": 5, "°": 5, "g": 25}

CAMERA_FAULTS = ("blurred", "covered", "black", "moved", "frozen", "looped")

OFFLINE: dict[str, dict[str, Any]] = {
    # Silent for more than three reporting intervals. `grace_seconds`: a power cut silences one device after the
    # other; wait so long before one device alone is blamed.
    "alarm/offline/device": {"level": 3, "intervals": 3, "grace_seconds": 60, "enabled": True},
    "alarm/offline/unit": {
        "level": 2, "min_devices": 3, "share": 0.8, "window_seconds": 1800, "enabled": True,
    },
}  # fmt: skip

LICENCE: dict[str, dict[str, Any]] = {
    # That a paper will run out is information: hundreds of a city's do at any time. That it has run out is a fault.
    "alarm/licence/expiry": {"days": [[60, 4], [30, 4], [7, 4]], "expired_level": 3, "enabled": True},
}  # fmt: skip

ALARMS = {"level_1": 1.0, "level_2": 0.4, "level_3": 0.15, "left_share": 0.2, "whole_after_hours": 24}

INDEX: dict[str, dict[str, Any]] = {
    "index/weights": {
        "disclosure": 15, "self_inspection": 25, "smart_kitchen": 30, "fire": 10, "public": 20, "min_coverage": 0.3,
    },
    # `share` is the indicator's part of its dimension. `half_life_days`: what lies so far back counts half.
    # `forget_days`: evidence older than this is no evidence, the indicator is left out.
    # `level_1` .. `level_3`: the share of the indicator's points that an alarm costs while it is open; level 4 is
    # information. Of a cleared one `left_share` stays and fades, or more: all of it when it stood `whole_after_hours`.
    "index/indicators": {
        "licences": {"share": 2},
        "health_certificates": {"share": 1},
        "self_inspection_on_time": {
            "share": 3, "half_life_days": 30, "forget_days": 180,
            "allowed_days": {"daily_control": 3, "weekly_screening": 10, "monthly_dispatch": 40},
        },
        "self_inspection_findings": {"share": 1, "half_life_days": 30, "forget_days": 180, "each": 0.05},
        "inspections": {"share": 2, "half_life_days": 180, "forget_days": 730, "each": 0.1, "serious": 0.4},
        "cold_chain": {
            "share": 3, "half_life_days": 7, "forget_days": 3, "free_share": 0.01, "zero_share": 0.1,
            "warm_up_hours": 24, "kinds": ["fridge_temp_humidity", "freezer_temp_humidity", "sample_retention"],
            "metric": "temperature", **ALARMS,
        },
        "disinfection": {
            "share": 1, "half_life_days": 7, "forget_days": 7, "metrics": ["cycle_ok", "rinse_temperature"], **ALARMS,
        },
        "kitchen_alarms": {
            "share": 1, "half_life_days": 7, "forget_days": 3, **ALARMS,
            "kinds": ["fridge_temp_humidity", "freezer_temp_humidity", "sample_retention", "room_temp_humidity",
                      "hot_holding", "uv_disinfection", "cabinet_disinfection", "dish_washer", "rat_guard"],
        },
        "morning_checks": {"share": 1, "half_life_days": 1, "forget_days": 30, "allowed_days": 2},
        "devices_online": {"share": 1},
        "cameras_true": {"share": 1},
        "smoke_and_gas": {
            "share": 3, "half_life_days": 7, "forget_days": 3, "level_1": 0.5, "level_2": 0.2, "level_3": 0.05,
            "left_share": 1.0, "whole_after_hours": 24, "kinds": ["smoke_alarm", "gas_alarm"],
        },
        "detector_health": {"share": 1},
        "ratings": {"share": 4, "half_life_days": 90, "forget_days": 730, "mean": 4.0, "mean_counts_as": 5},
        "complaints_upheld": {"share": 3, "half_life_days": 90, "forget_days": 365, "each": 0.25},
        "answer_time": {"share": 1, "half_life_days": 90, "forget_days": 365, "full_hours": 24, "zero_hours": 120},
        "rectification": {"share": 2, "half_life_days": 30, "forget_days": 365},
    },
    "index/grades": {"very_good": 90, "good": 80, "fair": 70, "poor": 60, "very_poor": 0},
    "index/colours": {"green": 85, "blue": 70, "yellow": 60, "red": 0},
}  # fmt: skip


def default_bodies() -> dict[str, dict[str, Any]]:
    """Every default row by its key."""
    limits: dict[str, dict[str, Any]] = {
        limit_key(kind, metric, limit): _limit_body(kind, metric, limit)
        for kind in KINDS
        for metric in kind.metrics
        for limit in metric.limits
    }
    cameras: dict[str, dict[str, Any]] = {
        f"alarm/camera/{fault}": {"level": 3, "dwell_seconds": 60, "then": [], "enabled": True}
        for fault in CAMERA_FAULTS
    }
    return {**limits, **OFFLINE, **cameras, **LICENCE, **INDEX}


def defaults() -> Rules:
    """The rules of a new house, without a database."""
    return Rules({key: Rule(key, 1, body) for key, body in default_bodies().items()})


def limit_key(kind: DeviceType, metric: Metric, limit: Limit) -> str:
    key = f"alarm/{kind.key}/{metric.key}"
    return f"{key}/{limit.name}" if limit.name else key


def _limit_body(kind: DeviceType, metric: Metric, limit: Limit) -> dict[str, Any]:
    return {
        "device_kind": kind.key,
        "metric": metric.key,
        "unit": metric.unit,
        "low": limit.low,
        "high": limit.high,
        "dwell_seconds": limit.dwell_seconds,
        "level": limit.level,
        "then": [list(step) for step in limit.then],
        "when": limit.when,
        "business_type": None,
        "hysteresis": HYSTERESIS.get(metric.unit, 0),
        "step": STEP.get(metric.unit, 0),
        "enabled": True,
    }
