"""Putting a changed unit or device back into the city, with every counter above it kept right."""

from msgspec.structs import replace

from twin.state import WHOLE, City, Counts, Device, Unit
from twin.tally import COLOURS, NOTHING, Tally, minus, plus


def put_unit(city: City, unit: Unit) -> City:
    """The city with this unit in place of what it knew of it."""
    known = city.units.get(unit.id)
    if unit == known:
        return city
    before, after = (share(known) if known else NOTHING), share(unit)
    tallies = city.tallies
    places_before, places_after = (places(known) if known else set()), places(unit)
    if before != after or places_before != places_after:
        for place in places_before:
            tallies = tallies.set(place, minus(tallies.get(place, NOTHING), before))
        for place in places_after:
            tallies = tallies.set(place, plus(tallies.get(place, NOTHING), after))
    return replace(city, units=city.units.set(unit.id, unit), tallies=tallies)


def put_device(city: City, device: Device) -> City:
    """The city with this device in place of what it knew of it; its unit lists and counts it."""
    known = city.devices.get(device.id)
    if device == known:
        return city
    if known is None or _place(known) != _place(device):
        if known is not None and known.listed:
            city = put_unit(city, _without(city.units.get(known.unit) or Unit(known.unit), known))
        if device.listed:
            city = put_unit(city, _with(city.units.get(device.unit) or Unit(device.unit), device))
    return replace(city, devices=city.devices.set(device.id, device))


def share(unit: Unit) -> Tally:
    """What a unit adds to the counters of its areas: nothing unless it is listed."""
    if not unit.listed:
        return NOTHING
    colour = unit.colour if unit.colour in COLOURS else "none"
    levels = [0, 0, 0, 0]
    for alarm in unit.alarms.values():
        if alarm.silenced_until is not None:
            continue  # it calls nobody for the time being
        levels[min(max(alarm.level, 1), 4) - 1] += 1
    return Tally(
        units=1,
        green=int(colour == "green"),
        blue=int(colour == "blue"),
        yellow=int(colour == "yellow"),
        red=int(colour == "red"),
        none=int(colour == "none"),
        index_milli=0 if unit.total is None else round(unit.total * 1000),
        indexed=int(unit.total is not None),
        devices=unit.counts.devices,
        devices_known=unit.counts.devices_known,
        devices_online=unit.counts.devices_online,
        cameras=unit.counts.cameras,
        cameras_known=unit.counts.cameras_known,
        cameras_online=unit.counts.cameras_online,
        alarms_1=levels[0],
        alarms_2=levels[1],
        alarms_3=levels[2],
        alarms_4=levels[3],
        rectifications=len(unit.rectifications) + unit.rectified_before,
        rectified=sum(unit.rectifications.values()) + unit.rectified_before,
        inspected=int(unit.self_inspected_on is not None),
        inspected_on=unit.self_inspected_on,
    )


def places(unit: Unit) -> set[str]:
    """Keys of the counters that its share goes into."""
    return {WHOLE, unit.area, unit.street} if unit.listed else set()


def _place(device: Device) -> tuple:
    return device.unit, device.room, device.listed, device.is_camera, device.online


def _with(unit: Unit, device: Device) -> Unit:
    there = tuple(sorted({*unit.rooms.get(device.room, ()), device.id}))
    return replace(unit, rooms={**unit.rooms, device.room: there}, counts=_counted(unit.counts, device, 1))


def _without(unit: Unit, device: Device) -> Unit:
    left = tuple(id for id in unit.rooms.get(device.room, ()) if id != device.id)
    rooms = {name: ids for name, ids in unit.rooms.items() if name != device.room}
    if left:
        rooms[device.room] = left
    return replace(unit, rooms=rooms, counts=_counted(unit.counts, device, -1))


def _counted(counts: Counts, device: Device, step: int) -> Counts:
    known, online = step * (device.online is not None), step * (device.online is True)
    if device.is_camera:
        return replace(
            counts,
            cameras=counts.cameras + step,
            cameras_known=counts.cameras_known + known,
            cameras_online=counts.cameras_online + online,
        )
    return replace(
        counts,
        devices=counts.devices + step,
        devices_known=counts.devices_known + known,
        devices_online=counts.devices_online + online,
    )
