"""What a screen is told: everything for its scope (snapshot), then what changed (difference). Pure.

A difference compares two states over the things that were touched between them, so its cost follows the news and not
the size of the city. Its values are absolute: applying one twice, or one that a snapshot already contains, is harmless.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from streaming.events import Event, ReadingTaken
from twin.kpi import kpi
from twin.public import shows_device, shows_metric
from twin.scope import Scope
from twin.state import Alarm, City, Device, Unit
from twin.tally import Tally
from twin.tiles import worth_a_tile

READINGS_A_FRAME = 2000
TILES = 200

Frame = dict[str, Any]


@dataclass
class Touched:
    """What events since the last frame were about. In order of arrival, so that the newest can be preferred."""

    units: dict[str, None] = field(default_factory=dict)
    devices: dict[str, None] = field(default_factory=dict)
    readings: dict[tuple[str, str], None] = field(default_factory=dict)
    alarms: dict[str, None] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        if isinstance(event, ReadingTaken):
            key = (event.device, event.metric)
            self.readings.pop(key, None)
            self.readings[key] = None
            return
        if event.unit:
            self.units[event.unit] = None
        device = getattr(event, "device", "")
        if device:
            self.devices[device] = None
        alarm = getattr(event, "alarm", "")
        if alarm:
            self.alarms[alarm] = None


def snapshot(
    city: City,
    scope: Scope,
    now: datetime,
    public: bool = False,
    told: Iterable[str] = (),
    tallies: Mapping[str, Tally] | None = None,
) -> Frame:
    """Everything for the scope. `told`: devices that earlier frames named, so that a newcomer knows them too."""
    units = _units(city, scope)
    shown = _shown_devices(city, scope, units, public)
    if scope.wide:
        tiles = worth_a_tile(shown, TILES)
        readings = [_reading(device, metric) for device, metric in tiles if not public or shows_metric(device, metric)]
        named = {device.id: device for device, _ in tiles}
        extra = (city.devices.get(id) for id in told)
        named.update({device.id: device for device in extra if device is not None and _shows(city, scope, device)})
        devices = list(named.values())
    else:
        devices = list(shown)
        readings = [
            _reading(device, metric)
            for device in devices
            for metric in device.readings
            if not public or shows_metric(device, metric)
        ]
    frame = {
        "at": now,
        "scope": str(scope),
        "units": [_unit(unit) for unit in units],
        "readings": readings,
        "devices": [device_row(device) for device in devices if not public or shows_device(device)],
        "alarms": [] if public else [_alarm(city, alarm) for alarm in _alarms(city, scope, units)],
        "kpi": _kpi(city, scope, now, tallies),
    }
    if scope.kind == "unit" and units:
        frame["unit"] = unit_card(units[0])
    return frame


def difference(
    before: City, after: City, touched: Touched, scope: Scope, now: datetime, public: bool = False
) -> Frame | None:
    """What the scope's screens must learn to get from one state to the other; None when they would see no change."""
    readings = _changed_readings(before, after, touched, scope, public)
    units = _changed_units(before, after, touched, scope)
    devices = _changed_devices(before, after, touched, scope, public)
    alarms = [] if public else _changed_alarms(before, after, touched, scope)
    card = scope.kind == "unit" and before.units.get(scope.id) != after.units.get(scope.id)
    if not (readings or units or devices or alarms or card):
        return None
    frame: Frame = {"at": now, "units": units, "readings": readings, "devices": devices, "alarms": alarms}
    if card and _row_of(after.units.get(scope.id), scope) is not None:
        frame["unit"] = unit_card(after.units[scope.id])
    return frame


def changed_kpi(
    before: Frame | None, city: City, scope: Scope, now: datetime, tallies: Mapping[str, Tally] | None = None
) -> Frame | None:
    """The strip, when a figure in it differs from the one shown before."""
    after = _kpi(city, scope, now, tallies)
    if after is None or _figures(before) == _figures(after):
        return None
    return after


def unit_card(unit: Unit) -> Frame:
    """What a page about one unit shows above its devices."""
    index = unit.index
    return {
        "id": unit.id, "name": unit.name, "name_en": unit.name_en, "business_type": unit.business_type,
        "area": unit.area, "street": unit.street, "latitude": unit.latitude, "longitude": unit.longitude,
        "opens_at": unit.opens_at, "closes_at": unit.closes_at,
        "index": None if index is None else {
            "total": _tenth(index.total), "colour": index.colour, "grade": index.grade, "coverage": index.coverage,
            "dimensions": index.dimensions, "as_of": index.as_of,
        },
        "licences": [
            {"kind": kind, "expires_on": licence.expires_on} for kind, licence in sorted(unit.licences.items())
        ],
    }  # fmt: skip


# --- snapshots ------------------------------------------------------------------------------------------------


def _units(city: City, scope: Scope) -> list[Unit]:
    if scope.kind == "unit":
        unit = city.units.get(scope.id)
        return [unit] if unit is not None and unit.listed and scope.holds(unit) else []
    return [unit for unit in city.units_in(scope.place) if scope.grid.whole or scope.holds(unit)]


def _shown_devices(city: City, scope: Scope, units: list[Unit], public: bool) -> list[Device]:
    devices = (device for unit in units for device in city.devices_of(unit.id))
    return [device for device in devices if not public or shows_device(device)]


def _alarms(city: City, scope: Scope, units: list[Unit]) -> list[Alarm]:
    if scope.kind != "unit":
        return [alarm for alarm in city.open_alarms(scope.place) if scope.holds(city.units[alarm.unit])]
    return sorted((alarm for unit in units for alarm in unit.alarms.values()), key=lambda a: (a.level, a.raised_at))


def _kpi(city: City, scope: Scope, now: datetime, tallies: Mapping[str, Tally] | None) -> Frame | None:
    if scope.kind == "unit":
        return None
    return kpi(city, now.astimezone(ZoneInfo(city.timezone)).date(), scope, tallies)


def _figures(strip: Frame | None) -> Frame | None:
    return None if strip is None else {key: value for key, value in strip.items() if key != "as_of"}


# --- differences ----------------------------------------------------------------------------------------------


def _changed_readings(before: City, after: City, touched: Touched, scope: Scope, public: bool) -> list[list]:
    rows: list[list] = []
    for id, metric in reversed(touched.readings):
        device = after.devices.get(id)
        if device is None or not _shows(after, scope, device) or (public and not shows_metric(device, metric)):
            continue
        known = before.devices.get(id)
        if known is not None and known.readings.get(metric) is device.readings.get(metric):
            continue  # it came late: something newer is shown already
        rows.append(_reading(device, metric))
        if len(rows) >= READINGS_A_FRAME:
            break
    return rows


def _changed_units(before: City, after: City, touched: Touched, scope: Scope) -> list[list]:
    rows = []
    for id in touched.units:
        was, now = (_row_of(city.units.get(id), scope) for city in (before, after))
        if was != now:
            rows.append(now or [id, None, None, 0])
    return rows


def _row_of(unit: Unit | None, scope: Scope) -> list | None:
    return _unit(unit) if unit is not None and unit.listed and scope.holds(unit) else None


def _changed_devices(before: City, after: City, touched: Touched, scope: Scope, public: bool) -> list[list]:
    rows = []
    for id in touched.devices:
        was, now = before.devices.get(id), after.devices.get(id)
        if now is None or now is was or (public and not shows_device(now)):
            continue
        if scope.wide and was is not None and was.listed and _state(was) == _state(now):
            continue
        if _shows(after, scope, now):
            rows.append(device_row(now))
        elif was is not None and _shows(before, scope, was):
            rows.append(_gone(id))
    told = {row[0] for row in rows}
    return rows + [row for row in _devices_of_moved_units(before, after, touched, scope, public) if row[0] not in told]


def _devices_of_moved_units(before: City, after: City, touched: Touched, scope: Scope, public: bool) -> list[list]:
    """A unit that closed, came or moved takes its devices along. A wide scope names them with their first reading."""
    rows = []
    for id in touched.units:
        here_before, here_now = (_row_of(city.units.get(id), scope) is not None for city in (before, after))
        if here_before and not here_now:
            rows += [_gone(device.id) for device in before.devices_of(id) if not public or shows_device(device)]
        elif here_now and not here_before and not scope.wide:
            rows += [device_row(device) for device in after.devices_of(id) if not public or shows_device(device)]
    return rows


def _gone(device: str) -> list:
    return [device, None, None, None, None, None, None, None]


def _state(device: Device) -> tuple:
    return device.unit, device.kind, device.name, device.room, device.online, device.fault


def _changed_alarms(before: City, after: City, touched: Touched, scope: Scope) -> list[Frame]:
    rows = []
    for id in touched.alarms:
        was, now = _find(before, id), _find(after, id)
        if now is not None and now != was and _alarm_shows(after, scope, now):
            rows.append(_alarm(after, now))
        elif was is not None and now is None and _alarm_shows(before, scope, was):
            rows.append(_alarm(before, was) | {"state": "cleared"})
    told = {row["id"] for row in rows}
    return rows + [row for row in _alarms_of_moved_units(before, after, touched, scope) if row["id"] not in told]


def _alarms_of_moved_units(before: City, after: City, touched: Touched, scope: Scope) -> list[Frame]:
    """A unit that closed, came or moved takes its alarms along, though no event was about them."""
    rows = []
    for id in touched.units:
        was, now = before.units.get(id), after.units.get(id)
        here_before, here_now = _row_of(was, scope) is not None, _row_of(now, scope) is not None
        if here_before and not here_now and was is not None:
            rows += [_alarm(before, alarm) | {"state": "cleared"} for alarm in was.alarms.values()]
        elif here_now and not here_before and now is not None:
            rows += [_alarm(after, alarm) for alarm in now.alarms.values()]
    return rows


def _find(city: City, alarm: str) -> Alarm | None:
    unit = city.alarms.get(alarm)
    return city.units[unit].alarms.get(alarm) if unit is not None else None


def _alarm_shows(city: City, scope: Scope, alarm: Alarm) -> bool:
    unit = city.units[alarm.unit]
    return unit.listed and scope.holds(unit)


def _shows(city: City, scope: Scope, device: Device) -> bool:
    if not device.listed:
        return False
    unit = city.units.get(device.unit)
    return unit is not None and unit.listed and scope.holds(unit)


# --- rows -----------------------------------------------------------------------------------------------------


def _unit(unit: Unit) -> list:
    return [unit.id, _tenth(unit.total), unit.colour, unit.open_alarms]


def _reading(device: Device, metric: str) -> list:
    reading = device.readings[metric]
    return [device.id, metric, reading.value, reading.at]


def device_row(device: Device) -> list:
    # The interval tells a screen when the device's values are old.
    return [
        device.id, device.unit, device.kind, device.name, device.room, device.online, device.seen_at, device.interval,
    ]  # fmt: skip


def _alarm(city: City, alarm: Alarm) -> Frame:
    unit, device = city.units[alarm.unit], city.devices.get(alarm.device)
    area = city.areas.get(unit.area)
    return {
        "id": alarm.id, "unit": alarm.unit, "unit_name": unit.name, "unit_name_en": unit.name_en,
        "area": unit.area, "area_name": area.name if area else "", "area_name_en": area.name_en if area else "",
        "street": unit.street,
        "device": alarm.device or None, "device_kind": device.kind if device else None,
        "device_name": device.name if device else None, "metric": alarm.metric or None,
        "level": alarm.level, "state": alarm.state, "since": alarm.since, "raised_at": alarm.raised_at,
        "reason": alarm.reason, "value": alarm.value, "limit": alarm.limit, "incident": alarm.incident,
        "acknowledged_at": alarm.acknowledged_at, "acknowledged_by": alarm.acknowledged_by,
        "acknowledged_name": alarm.acknowledged_name, "assignee": alarm.assignee,
        "assignee_name": alarm.assignee_name, "silenced_until": alarm.silenced_until,
    }  # fmt: skip


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
