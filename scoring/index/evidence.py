"""Which facts are behind an indicator: the newest few, and for what is so until changed, those that cost first."""

from collections.abc import Callable, Iterable

from scoring.index.indicators import CAMERAS, DETECTORS
from scoring.index.state import FACTS_KEPT, DeviceFacts, UnitFacts
from twin.state import INFORMATION

Entry = tuple[bool, int, str]  # (does it cost, when, key of the fact)


def behind(unit: UnitFacts, indicator: str, day: int) -> tuple[str, ...]:
    """Keys of the facts, the most telling first: alarms that are open, then the newest."""
    is_open = sorted((alarm.level, -alarm.since, alarm.fact) for alarm in unit.alarms.values()
                     if alarm.indicator == indicator and alarm.level < INFORMATION)  # fmt: skip
    find = STANDING.get(indicator)
    if find is not None:
        newest: Iterable[str] = (key for _, _, key in sorted(find(unit, day), reverse=True))
    else:
        newest = (key for _, key in sorted(unit.behind.get(indicator, ()), reverse=True))
    keys = [*(key for _, _, key in is_open), *(key for key in newest if key)]
    return tuple(dict.fromkeys(keys))[:FACTS_KEPT]


def _licences(unit: UnitFacts, day: int) -> list[Entry]:
    return [(0 < expires < day, at, key) for at, expires, key in unit.licences.values()]


def _certificates(unit: UnitFacts, day: int) -> list[Entry]:
    return [(expires < day, at, key) for at, expires, key in unit.people.values() if expires >= 0]


def _silent(unit: UnitFacts, day: int) -> list[Entry]:
    return [_told(device) for device in unit.devices.values() if device.online is False]


def _cameras(unit: UnitFacts, day: int) -> list[Entry]:
    cameras = [device for device in unit.devices.values() if device.kind in CAMERAS]
    return [(True, 0, key) for camera in cameras for key in camera.faults.values()]


def _detectors(unit: UnitFacts, day: int) -> list[Entry]:
    detectors = [device for device in unit.devices.values() if device.kind in DETECTORS]
    faults = [(True, 0, key) for device in detectors for key in device.faults.values()]
    return faults + [_told(device) for device in detectors if device.online is False]


def _told(device: DeviceFacts) -> Entry:
    at, _, key = device.told
    return True, at, key


STANDING: dict[str, Callable[[UnitFacts, int], list[Entry]]] = {
    "licences": _licences,
    "health_certificates": _certificates,
    "devices_online": _silent,
    "cameras_true": _cameras,
    "detector_health": _detectors,
}
