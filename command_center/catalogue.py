"""What every page of the command center tells its script: the kinds of devices and of business."""

from typing import Any

from sensors.catalogue import BUSINESS_TYPES, KINDS, DeviceType, Metric
from streaming.settings import Settings

MIDDLE = (39.6, 109.8)  # latitude and longitude where an empty map looks


def facts(settings: Settings) -> dict[str, object]:
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
