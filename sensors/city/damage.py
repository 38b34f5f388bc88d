"""Faults of the reporting itself: what a sick device makes of a true reading. Pure: seed in, payload out."""

import json
from collections.abc import Mapping
from random import Random

from sensors.city.faults import Fault

CLOCK, NUMBERS = frozenset(("wrong_clock",)), frozenset(("drift", "stuck"))
REPORTING = frozenset(("offline", "silent", "drift", "stuck", "repeat", "rubbish", "wrong_clock"))
DRIFTING = ("temperature",)
DRIFT_SECONDS = 6 * 3600  # until a drift has reached its full strength


def is_silent(faults: Mapping[str, Fault]) -> bool:
    """Whether a device with these faults says nothing at all."""
    return "offline" in faults or "silent" in faults or "power_cut" in faults


def numbers(
    values: dict[str, float], faults: Mapping[str, Fault], now: float, frozen: dict[str, float] | None
) -> dict[str, float]:
    """The values as the device believes them. `frozen`: what it said when it got stuck."""
    if "stuck" in faults and frozen:
        return dict(frozen)
    if drift := faults.get("drift"):
        share = min(1.0, (now - drift.start) / DRIFT_SECONDS)
        values = {k: round(v + drift.strength * share, 1) if k in DRIFTING else v for k, v in values.items()}
    return values


def timestamp(true: float, faults: Mapping[str, Fault]) -> float:
    """What its clock says."""
    wrong = faults.get("wrong_clock")
    return true + wrong.strength if wrong else true


def repeats(faults: Mapping[str, Fault]) -> int:
    """How often the same message is sent."""
    return 1 + round(faults["repeat"].strength) if "repeat" in faults else 1


def rubbish(values: Mapping[str, float], ts: float, random: Random) -> bytes:
    """A payload that nobody can read as a good message of this device."""
    good = json.dumps({"ts": round(ts * 1000), **values}).encode()
    match random.randrange(7):
        case 0:
            return good[: random.randint(1, max(1, len(good) - 2))]  # cut off on the way
        case 1:
            return bytes(random.randrange(128, 256) for _ in range(random.randint(8, 40)))
        case 2:
            return json.dumps({"ts": round(ts * 1000), **dict.fromkeys(values, "err")}).encode()
        case 3:
            return good.replace(b": ", b": NaN, ", 1)
        case 4:
            return b"\x00" * random.randint(1, 24)
        case 5:
            return json.dumps({"ts": "9999-99-99T99:99:99Z", **values}).encode()
        case _:
            return b"[" * 400 + b"]" * 400
