"""What an alarm of a sensor costs: points of its matter while it is open, and a rest that fades once it is cleared."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.index.state import OpenAlarm, UnitFacts, fade

Params = Mapping[str, Any]
# The sums of what cleared alarms left behind; these two indicators have sums of their own beside.
LEFT = {"cold_chain": "cold_chain_alarms", "disinfection": "disinfection_alarms"}


def indicator_of(rule: str, params: Params) -> str:
    """The indicator that an alarm of this rule costs; empty for what has an indicator of its own already.

    Licences, silent devices, cameras and faults of detectors are such, and so is a fever: the check did its work.
    """
    parts = rule.partition("@")[0].split("/")
    if len(parts) < 3 or parts[0] != "alarm":
        return ""
    _, kind, metric = parts[:3]
    if kind in params["smoke_and_gas"]["kinds"]:
        return "" if metric == "fault" else "smoke_and_gas"
    if kind in params["cold_chain"]["kinds"] and metric == params["cold_chain"]["metric"]:
        return "cold_chain"
    if kind in params["kitchen_alarms"]["kinds"]:
        return "disinfection" if metric in params["disinfection"]["metrics"] else "kitchen_alarms"
    return ""


def open_alarms(unit: UnitFacts, indicator: str, params: Params) -> Iterator[OpenAlarm]:
    """Those that cost this indicator points now."""
    for alarm in unit.alarms.values():
        if alarm.indicator == indicator and _cost(alarm, params):
            yield alarm


def cleared(unit: UnitFacts, alarm: OpenAlarm, at: int, params: Params) -> float:
    """Count what a cleared alarm leaves behind: the more of it, the longer it stood. Returns how much."""
    hours = max(0, at - alarm.since) / 3_600_000
    share = min(1.0, max(params["left_share"], hours / max(params["whole_after_hours"], 1e-9)))
    left = share * _cost(alarm, params)
    if left:
        unit.sum(LEFT.get(alarm.indicator, alarm.indicator)).add(left, 1.0, at, params["half_life_days"])
    return left


def after_alarms(unit: UnitFacts, indicator: str, at: int, value: float | None, params: Params) -> float | None:
    """The indicator's value with its alarms. An open alarm is known to be bad also where nothing else is known."""
    is_open = sum(_cost(alarm, params) for alarm in open_alarms(unit, indicator, params)) if unit.alarms else 0.0
    if value is None:
        return 0.0 if is_open else None
    left = unit.sums.get(LEFT.get(indicator, indicator))
    lost = is_open + (left.good * fade(at - left.at, params["half_life_days"]) if left else 0.0)
    return value * max(0.0, 1.0 - lost)


def _cost(alarm: OpenAlarm, params: Params) -> float:
    return params.get(f"level_{alarm.level}", 0.0)  # level 4 is information
