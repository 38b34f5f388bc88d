"""The figures of the KPI strip, read off the counters: a few microseconds whatever the size of the city."""

from datetime import date
from typing import Any

from twin.state import WHOLE, City


def kpi(city: City, day: date, area: str = WHOLE) -> dict[str, Any]:
    """The strip for the city, a banner or a street. A value that is not known is None, never 0."""
    tally = city.tally(area)
    return {
        "as_of": city.recorded_at,
        "units": tally.units,
        "units_by_colour": {
            "green": tally.green, "blue": tally.blue, "yellow": tally.yellow, "red": tally.red, "none": tally.none,
        },
        "devices": tally.devices,
        "devices_online": tally.devices_online if tally.devices_known else None,
        "cameras": tally.cameras,
        "cameras_online": tally.cameras_online if tally.cameras_known else None,
        "devices_known": tally.devices_known,
        "cameras_known": tally.cameras_known,
        "online_rate": _rate(tally.online_rate),
        "alarms_open": {"1": tally.alarms_1, "2": tally.alarms_2, "3": tally.alarms_3, "4": tally.alarms_4},
        "index_mean": _tenth(tally.index_mean),
        "self_inspection_today": {"done": tally.inspected_by(day), "due": tally.units},
        "rectification_rate": _rate(tally.rectification_rate),
        "areas": [_area(city, id) for id in _parts(city, area)],
    }  # fmt: skip


def _parts(city: City, area: str) -> list[str]:
    """The banners of the city, or the streets of a banner."""
    if area == WHOLE:
        return sorted(one.id for one in city.areas.values() if one.level == "banner")
    return sorted(one.id for one in city.areas.values() if one.level == "street" and one.parent == area)


def _area(city: City, id: str) -> dict[str, Any]:
    area, tally = city.areas[id], city.tally(id)
    return {
        "id": id, "name": area.name, "name_en": area.name_en, "index": _tenth(tally.index_mean),
        "worst": tally.worst_level, "open_alarms": tally.open_alarms, "units": tally.units,
        "online_rate": _rate(tally.online_rate),
    }  # fmt: skip


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
