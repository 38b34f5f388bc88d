"""Builders and strategies: small random cities in which things happen in any order, repeated, late or unknown."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from streaming.events import (
    AlarmAcknowledged,
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    AreaDrawn,
    CameraFaultCleared,
    CameraFaultFound,
    DeviceCameOnline,
    DeviceRegistered,
    DeviceRemoved,
    DeviceWentOffline,
    Event,
    IndexChanged,
    LicenceRecorded,
    ReadingTaken,
    RectificationClosed,
    RectificationOrdered,
    SelfInspectionDone,
    UnitClosed,
    UnitRegistered,
)

NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)


def at(seconds: float = 0) -> datetime:
    return NOON + timedelta(seconds=seconds)


def an_area(id: str = "dongsheng", level: str = "banner", **more) -> AreaDrawn:
    return AreaDrawn(unit="", area=id, level=level, name=f"区域{id}", at=NOON, **more)


def a_unit(id: str = "U1", area: str = "dongsheng", street: str = "dongsheng-s01", **more) -> UnitRegistered:
    facts = {"name": f"店{id}", "business_type": "small", "at": NOON, **more}
    return UnitRegistered(unit=id, area=area, street=street, **facts)


def a_device(id: str = "D1", unit: str = "U1", kind: str = "fridge_temp_humidity", **more) -> DeviceRegistered:
    facts = {"room": "kitchen", "name": f"设备{id}", "at": NOON, **more}
    return DeviceRegistered(device=id, unit=unit, device_kind=kind, **facts)


def a_reading(value: float = 4.0, seconds: float = 0, device: str = "D1", unit: str = "U1", metric="temperature"):
    return ReadingTaken(unit=unit, device=device, metric=metric, value=value, at=at(seconds))


def an_alarm(id: str = "A1", unit: str = "U1", level: int = 2, seconds: float = 0, **more) -> AlarmRaised:
    facts = {"rule": "r", "since": at(seconds), "incident": f"I{id}", "reason": "beyond_limit", **more}
    return AlarmRaised(unit=unit, alarm=id, level=level, at=at(seconds), **facts)


def an_index(total: float | None = 88.0, colour: str = "green", unit: str = "U1", seconds: float = 0) -> IndexChanged:
    facts = {"grade": "good", "coverage": 0.9, "dimensions": {"fire_safety": total}}
    return IndexChanged(unit=unit, total=total, colour=colour, at=at(seconds), **facts)


# --- anything that can happen ---------------------------------------------------------------------------------

_units = st.sampled_from(["U1", "U2", "U3", "U4"])
_devices = st.sampled_from(["D1", "D2", "D3", "D4"])
_times = st.integers(-200_000, 200_000).map(at)  # some days around noon, so that daily counts are tried
_alarm_ids = st.sampled_from(["A1", "A2", "A3"])
_areas = st.sampled_from(["dongsheng", "kangbashi"])
_on_unit = {"unit": _units, "at": _times}
_on_device = {**_on_unit, "device": _devices}

any_event: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        ReadingTaken, **_on_device, metric=st.sampled_from(["temperature", "humidity"]), value=st.floats(-30, 130)
    ),
    st.builds(DeviceCameOnline, **_on_device),
    st.builds(DeviceWentOffline, **_on_device),
    st.builds(CameraFaultFound, **_on_device, fault=st.sampled_from(["black", "frozen"])),
    st.builds(CameraFaultCleared, **_on_device, fault=st.sampled_from(["black", "frozen"])),
    st.builds(
        DeviceRegistered, **_on_device, room=st.sampled_from(["", "cold"]),
        device_kind=st.sampled_from(["fridge_temp_humidity", "network_camera", "no_such_kind"]),
    ),
    st.builds(DeviceRemoved, **_on_device),
    st.builds(
        UnitRegistered, **_on_unit, name=st.just("店"), business_type=st.just("small"), area=_areas,
        street=st.sampled_from(["s1", "s2", ""]),
    ),
    st.builds(UnitClosed, **_on_unit),
    st.builds(AreaDrawn, unit=st.just(""), at=_times, area=_areas, level=st.just("banner"), name=st.just("区")),
    st.builds(LicenceRecorded, **_on_unit, licence=st.just("food_license"), number=st.sampled_from(["1", "2"])),
    st.builds(
        SelfInspectionDone, **_on_unit, on_time=st.booleans(),
        round=st.sampled_from(["daily_control", "weekly_screening"]),
    ),
    st.builds(RectificationOrdered, **_on_unit, rectification=st.sampled_from(["R1", "R2"])),
    st.builds(RectificationClosed, **_on_unit, rectification=st.sampled_from(["R1", "R2"])),
    st.builds(
        AlarmRaised, **_on_unit, alarm=_alarm_ids, rule=st.just("r"), level=st.integers(0, 6), since=_times,
        incident=st.just("I"), reason=st.just("x"), device=_devices,
    ),
    st.builds(AlarmChanged, **_on_unit, alarm=_alarm_ids, level=st.integers(0, 6)),
    st.builds(AlarmAcknowledged, **_on_unit, alarm=_alarm_ids, by=st.just("me")),
    st.builds(AlarmCleared, **_on_unit, alarm=_alarm_ids),
    st.builds(
        IndexChanged, **_on_unit, total=st.none() | st.floats(0, 100), grade=st.just("good"),
        colour=st.sampled_from(["green", "blue", "yellow", "red", "none", "mauve"]), coverage=st.just(0.5),
        dimensions=st.just({}),
    ),
)  # fmt: skip
