"""The limits in force as the screens draw them: of each metric the lowest and highest value, and when they count."""

from scoring.rules import Rules
from sensors.catalogue import BUSINESS_TYPES, KINDS

Limit = dict[str, float | str | None]
Limits = dict[str, dict[str, dict[str, list[Limit]]]]


def limits(rules: Rules) -> Limits:
    """By kind, metric and type of business; "" holds for all types that are not named."""
    found: Limits = {}
    for kind in KINDS:
        for metric in sorted(rules.metrics(kind.key)):
            general = _narrowest(rules, kind.key, metric, "")
            special = {name: _narrowest(rules, kind.key, metric, name) for name in BUSINESS_TYPES}
            named = {name: limit for name, limit in special.items() if limit != general}
            found.setdefault(kind.key, {})[metric] = {"": general, **named}
    return found


def _narrowest(rules: Rules, kind: str, metric: str, business_type: str) -> list[Limit]:
    """One for each `when`, of several the narrowest: a warning before the alarm counts as the limit."""
    known = rules.limits(kind, metric, business_type)
    return [
        {
            "when": when,
            "low": max((limit.low for limit in known if limit.when == when and limit.low is not None), default=None),
            "high": min((limit.high for limit in known if limit.when == when and limit.high is not None), default=None),
        }
        for when in sorted({limit.when for limit in known})
    ]
