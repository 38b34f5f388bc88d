"""The kinds of devices and of business as the pages' scripts need them."""

from typing import Any

from sensors.catalogue import BUSINESS_TYPES, KINDS, DeviceType, Metric
from streaming.settings import Settings


def facts(settings: Settings) -> dict[str, object]:
    """What every page of the command center tells its script."""
    return {
        "catalogue": {
            "kinds": {kind.key: _kind(kind) for kind in KINDS},
            "business_types": {key: {"zh": zh, "en": en} for key, (zh, en) in BUSINESS_TYPES.items()},
        },
        "timezone": settings.city_timezone,
        "demo": settings.sunshine_demo,
    }


def _kind(kind: DeviceType) -> dict[str, Any]:
    return {
        "zh": kind.zh,
        "en": kind.en,
        "family": kind.family,
        "interval": kind.interval_seconds,
        "metrics": {metric.key: _metric(metric) for metric in kind.metrics},
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "zh": metric.zh,
        "en": metric.en,
        "unit": metric.unit,
        "decimals": metric.decimals,
        "usual": metric.usual,
    }
