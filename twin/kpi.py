"""The figures of the KPI strip, read off the counters: a few microseconds whatever the size of the city."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from twin.scope import Scope, sees_area
from twin.state import WHOLE, City
from twin.tally import NOTHING, Tally

CITY = Scope("city")


def kpi(city: City, day: date, scope: Scope = CITY, tallies: Mapping[str, Tally] | None = None) -> dict[str, Any]:
    """The strip for the city, a banner or a street. A value that is not known is None, never 0.

    `tallies` are those of the part that the scope's people see (`twin.part`).
    """
    counted = city.tallies if tallies is None else tallies
    tally = counted.get(scope.place, NOTHING)
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
        "areas": [_area(city, id, counted.get(id, NOTHING)) for id in _parts(city, scope)],
    }  # fmt: skip


def _parts(city: City, scope: Scope) -> list[str]:
    """The banners of the city, or the streets of a banner."""
    level = "banner" if scope.place == WHOLE else "street"
    parts = (one for one in city.areas.values() if one.level == level and (level == "banner" or one.parent == scope.id))
    return sorted(one.id for one in parts if sees_area(city, scope.grid, one.id))


def _area(city: City, id: str, tally: Tally) -> dict[str, Any]:
    area = city.areas[id]
    return {
        "id": id, "name": area.name, "name_en": area.name_en, "index": _tenth(tally.index_mean),
        "worst": tally.worst_level, "open_alarms": tally.open_alarms, "units": tally.units,
        "online_rate": _rate(tally.online_rate),
    }  # fmt: skip


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
