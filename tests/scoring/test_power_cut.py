from streaming.events import DeviceCameOnline, DeviceWentOffline
from tests.scoring.kitchens import Watched, a_device, a_reading, a_unit, after


def a_unit_with_devices(count: int) -> Watched:
    watched = Watched()
    watched.hear(a_unit(), *[a_device(f"D{n}") for n in range(count)])
    watched.hear(*[DeviceCameOnline(unit="U1", device=f"D{n}", at=after()) for n in range(count)])
    return watched


def off(n: int, minutes: float) -> DeviceWentOffline:
    return DeviceWentOffline(unit="U1", device=f"D{n}", at=after(minutes))


def on(n: int, minutes: float) -> DeviceCameOnline:
    return DeviceCameOnline(unit="U1", device=f"D{n}", at=after(minutes))


def test_a_power_cut_is_one_incident_with_one_alarm_although_devices_fall_silent_one_after_the_other():
    unit = a_unit_with_devices(5)
    for n in range(5):
        unit.hear(off(n, 15 + n))
        unit.tick(15 + n + 0.9)
    unit.tick(60)
    (alarm,) = unit.raised
    assert (alarm.rule, alarm.level, alarm.since, alarm.device) == ("alarm/offline/unit", 2, after(15), "")
    assert alarm.incident.startswith("unit_power:U1:")


def test_one_silent_device_in_a_living_unit_is_an_alarm_of_its_own_after_the_grace():
    unit = a_unit_with_devices(4)
    unit.hear(off(0, 15), a_reading(4, 15.5, device="D1"))
    unit.tick(15.9)
    assert unit.raised == []
    unit.tick(16)
    assert [(alarm.rule, alarm.device, alarm.level) for alarm in unit.raised] == [("alarm/offline/device", "D0", 3)]


def test_a_device_that_answers_within_the_grace_raises_nothing():
    unit = a_unit_with_devices(4)
    unit.hear(off(0, 15), on(0, 15.5))
    unit.tick(60)
    assert unit.said == []


def test_alarms_told_before_the_outage_was_seen_join_its_incident():
    unit = a_unit_with_devices(3)
    unit.hear(off(0, 15), a_reading(4, 15.5, device="D1"))
    unit.tick(17)
    unit.hear(off(1, 18), off(2, 19))
    device_alarm, unit_alarm = unit.raised
    assert [(change.alarm, change.incident) for change in unit.changed] == [(device_alarm.alarm, unit_alarm.incident)]


def test_when_power_is_back_the_outage_clears_and_a_device_that_stays_silent_is_told_by_itself():
    unit = a_unit_with_devices(3)
    unit.hear(off(0, 15), off(1, 15), off(2, 15))
    unit.hear(on(0, 30), on(1, 31))
    assert [cleared.alarm for cleared in unit.cleared] == [unit.raised[0].alarm]
    unit.tick(45)
    assert [alarm.device for alarm in unit.raised] == ["", "D2"]


def test_devices_that_were_dead_long_before_do_not_make_an_outage():
    unit = a_unit_with_devices(5)
    for n in range(4):
        unit.hear(off(n, 100 * n + 15))
    unit.tick(1000)
    assert [alarm.rule for alarm in unit.raised] == ["alarm/offline/device"] * 4


def test_an_open_alarm_of_level_one_stays_open_through_an_outage():
    unit = Watched()
    unit.hear(a_unit(), a_device("D0", "smoke_alarm"), a_device("D1"), a_device("D2"))
    unit.hear(*[on(n, 0) for n in range(3)], a_reading(1, 1, "smoke", "D0"))
    unit.hear(off(0, 2), off(1, 2), off(2, 2))
    unit.tick(30)
    assert [alarm.level for alarm in unit.raised] == [1, 2]
    assert unit.cleared == []
