"""What a rule row may say. A refusal is a sentence that names the field, the value and what is allowed."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.rules.defaults import CAMERA_FAULTS, INDEX, OFFLINE
from sensors.catalogue import BUSINESS_TYPES, CATALOGUE

Check = Callable[[Any], bool]


class WrongRule(ValueError):
    """A rule that cannot be in force; the message is for the person who wrote it."""

    def __init__(self, field: str, value: Any, allowed: str):
        super().__init__(f"{field} = {value!r} is not usable: allowed is {allowed}")
        self.field, self.value, self.allowed = field, value, allowed


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e9 < value < 1e9


def _number(low: float, high: float) -> tuple[Check, str]:
    return lambda value: _is_number(value) and low <= value <= high, f"a number from {low:.15g} to {high:.15g}"


def _one_of(*values: Any) -> tuple[Check, str]:
    return lambda value: any(value == each and type(value) is type(each) for each in values), "one of " + ", ".join(
        "null" if each is None else str(each) for each in values
    )


def _steps(value: Any) -> bool:
    if not isinstance(value, list | tuple):
        return False
    pairs = [tuple(step) for step in value if isinstance(step, list | tuple) and len(step) == 2]
    if len(pairs) != len(value) or not all(_is_number(after) and level in (1, 2, 3, 4) for after, level in pairs):
        return False
    return all(after >= 0 for after, _ in pairs)


LEVEL = _one_of(1, 2, 3, 4)
SECONDS = _number(0, 30 * 86400)
FLAG = _one_of(True, False)
LIMIT_OR_NONE = (lambda value: value is None or _is_number(value), "a number or null")
STEPS = (_steps, "a list of [seconds, level 1 to 4]")
TEXT = (lambda value: isinstance(value, str) and len(value) <= 40, "a text of at most 40 characters")

LIMIT_FIELDS: dict[str, tuple[Check, str]] = {
    "device_kind": (lambda value: value in CATALOGUE, "a key of the device catalogue"),
    "metric": (lambda value: isinstance(value, str) and bool(value), "a metric of the device kind"),
    "unit": TEXT,
    "low": LIMIT_OR_NONE,
    "high": LIMIT_OR_NONE,
    "dwell_seconds": SECONDS,
    "level": LEVEL,
    "then": STEPS,
    "when": _one_of("always", "working_hours", "closed_hours"),
    "business_type": _one_of(None, *BUSINESS_TYPES),
    "hysteresis": _number(0, 1000),
    "step": _number(0, 1000),
    "enabled": FLAG,
}
CAMERA_FIELDS = {"level": LEVEL, "dwell_seconds": SECONDS, "then": STEPS, "enabled": FLAG}
OFFLINE_FIELDS: dict[str, dict[str, tuple[Check, str]]] = {
    "alarm/offline/device": {
        "level": LEVEL, "intervals": _number(1, 100), "grace_seconds": _number(0, 3600), "enabled": FLAG,
    },
    "alarm/offline/unit": {
        "level": LEVEL, "min_devices": _number(2, 1000), "share": _number(0.1, 1), "window_seconds": SECONDS,
        "enabled": FLAG,
    },
}  # fmt: skip
LICENCE_FIELDS = {
    "days": (_steps, "a list of [days before expiry, level 1 to 4]"),
    "expired_level": LEVEL,
    "enabled": FLAG,
}


def check(key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it will be stored. Raises WrongRule for the first thing that cannot be in force."""
    if not isinstance(body, Mapping):
        raise WrongRule("body", body, "an object")
    base, _, business_type = key.partition("@")
    if business_type and business_type not in BUSINESS_TYPES:
        raise WrongRule("key", key, f"@ followed by one of {', '.join(BUSINESS_TYPES)}")
    if base in OFFLINE:
        return _fields(body, OFFLINE_FIELDS[base])
    if base == "alarm/licence/expiry":
        return _fields(body, LICENCE_FIELDS)
    if base.startswith("alarm/camera/") and base.removeprefix("alarm/camera/") in CAMERA_FAULTS:
        return _fields(body, CAMERA_FIELDS)
    if base in INDEX:
        return _index(base, body)
    return _limit(key, base, business_type, body)


def _fields(body: Mapping[str, Any], fields: Mapping[str, tuple[Check, str]]) -> dict[str, Any]:
    for name, value in body.items():
        if name not in fields:
            raise WrongRule(name, value, f"no such field, only {', '.join(fields)}")
        passes, allowed = fields[name]
        if not passes(value):
            raise WrongRule(name, value, allowed)
    missing = [name for name in fields if name not in body]
    if missing:
        raise WrongRule(missing[0], None, fields[missing[0]][1])
    return dict(body)


def _limit(key: str, base: str, business_type: str, body: Mapping[str, Any]) -> dict[str, Any]:
    parts = base.split("/")
    kind = CATALOGUE.get(parts[1]) if len(parts) in (3, 4) and parts[0] == "alarm" else None
    if kind is None:
        raise WrongRule("key", key, "alarm/{device kind}/{metric}, or the key of an existing rule")
    metric = next((each for each in kind.metrics if each.key == parts[2]), None)
    if metric is None:
        raise WrongRule("key", key, f"a metric of {kind.key}: {', '.join(each.key for each in kind.metrics)}")
    implied: dict[str, Any] = {
        "device_kind": kind.key, "metric": metric.key, "unit": metric.unit, "low": None, "high": None,
        "dwell_seconds": 0, "then": [], "when": "always", "business_type": business_type or None, "hysteresis": 0,
        "step": 0, "enabled": True,
    }  # fmt: skip
    # What the key says already cannot be said otherwise in the body.
    for name in ("device_kind", "metric", "business_type"):
        if body.get(name) not in (None, implied[name]):
            raise WrongRule(name, body[name], f"{implied[name]!r}, as the key says")
    whole = _fields({**implied, **body, "business_type": implied["business_type"]}, LIMIT_FIELDS)
    low, high = whole["low"], whole["high"]
    if low is None and high is None:
        raise WrongRule("high", None, "a number when low is null")
    if low is not None and high is not None and low > high:
        raise WrongRule("low", low, f"at most high ({high:.15g})")
    return whole


def _index(key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """An index row has the names of the default row, and numbers where that has numbers."""
    return _like(key.removeprefix("index/"), body, INDEX[key])


def _like(path: str, body: Any, model: Any) -> Any:
    if isinstance(model, Mapping):
        if not isinstance(body, Mapping):
            raise WrongRule(path, body, "an object")
        for name in body:
            if name not in model:
                raise WrongRule(f"{path}.{name}", body[name], f"no such field, only {', '.join(model)}")
        for name in model:
            if name not in body:
                raise WrongRule(f"{path}.{name}", None, f"a value such as {model[name]!r}")
        return {name: _like(f"{path}.{name}", body[name], model[name]) for name in model}
    if isinstance(model, list):
        if not isinstance(body, list | tuple) or not all(isinstance(each, str) for each in body):
            raise WrongRule(path, body, "a list of texts")
        return list(body)
    if isinstance(model, str):
        if not isinstance(body, str) or not body:
            raise WrongRule(path, body, "a text")
        return body
    if not _is_number(body) or body < 0:
        raise WrongRule(path, body, "a number of at least 0")
    if path.endswith(("_days", "zero_share", "zero_hours")) and body <= 0:
        raise WrongRule(path, body, "a number above 0")
    return body
