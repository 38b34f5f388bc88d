from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.events import (
    AlarmAcknowledged,
    AlarmChanged,
    AlarmCleared,
    DeviceCameOnline,
    DeviceRemoved,
    DeviceWentOffline,
    ReadingTaken,
    RectificationClosed,
    RectificationOrdered,
    SelfInspectionDone,
    UnitClosed,
)
from tests.twin.cities import NOON, a_device, a_reading, a_unit, an_alarm, an_area, an_index, any_event, at
from twin.apply import apply, fold
from twin.state import EMPTY, City

A_KITCHEN = (an_area(), a_unit(), a_device())


def test_the_newest_reading_is_known_with_its_time():
    city = fold(EMPTY, [*A_KITCHEN, a_reading(4.0, seconds=0), a_reading(5.5, seconds=60)])
    assert city.devices["D1"].readings["temperature"].value == 5.5
    assert city.devices["D1"].seen_at == at(60)


def test_a_late_reading_does_not_overwrite_newer_news():
    city = fold(EMPTY, [*A_KITCHEN, a_reading(5.5, seconds=60)])
    assert apply(city, a_reading(4.0, seconds=0)) is city


def test_the_same_reading_twice_is_one_fact():
    city = fold(EMPTY, [*A_KITCHEN, a_reading(5.5)])
    assert apply(city, a_reading(5.5)) is city


def test_a_late_reading_of_another_metric_is_news():
    city = fold(EMPTY, [*A_KITCHEN, a_reading(5.5, seconds=60), a_reading(61, seconds=30, metric="humidity")])
    assert city.devices["D1"].readings["humidity"].value == 61
    assert city.devices["D1"].seen_at == at(60)


def test_the_state_before_is_untouched_by_what_comes_after():
    before = fold(EMPTY, [*A_KITCHEN, a_reading(4.0)])
    fold(before, [a_reading(9.0, seconds=60), an_alarm(), UnitClosed(unit="U1", at=at(90))])
    assert before.devices["D1"].readings["temperature"].value == 4.0
    assert before.units["U1"].listed
    assert before.units["U1"].alarms == {}


def test_a_device_heard_of_before_its_entry_counts_from_its_entry_on():
    city = fold(EMPTY, [a_unit(), a_reading(4.0), DeviceCameOnline(unit="U1", device="D1", at=at(1))])
    assert city.tally().devices == 0
    city = apply(city, a_device())
    assert (city.tally().devices, city.tally().devices_online) == (1, 1)
    assert [device.readings["temperature"].value for device in city.devices_of("U1")] == [4.0]


def test_online_changes_only_by_being_told():
    city = fold(EMPTY, [*A_KITCHEN, a_reading()])
    assert city.devices["D1"].online is None
    city = apply(city, DeviceWentOffline(unit="U1", device="D1", at=at(10)))
    city = apply(city, a_reading(seconds=20))
    assert city.devices["D1"].online is False
    assert city.tally().online_rate == 0.0


def test_an_old_word_on_being_online_changes_nothing():
    city = fold(EMPTY, [*A_KITCHEN, DeviceWentOffline(unit="U1", device="D1", at=at(10))])
    assert apply(city, DeviceCameOnline(unit="U1", device="D1", at=at(5))) is city


def test_a_device_online_twice_is_online_since_the_first_time():
    told = [DeviceCameOnline(unit="U1", device="D1", at=at(seconds)) for seconds in (5, 500)]
    assert fold(EMPTY, [*A_KITCHEN, *told]).devices["D1"].since == at(5)


def test_an_alarm_lives_from_raised_to_cleared():
    city = fold(EMPTY, [*A_KITCHEN, an_alarm(level=2)])
    assert city.tally("dongsheng").alarms_2 == 1
    city = apply(city, AlarmChanged(unit="U1", alarm="A1", level=1, value=14.0, at=at(60)))
    assert (city.tally("dongsheng").alarms_1, city.tally("dongsheng").alarms_2) == (1, 0)
    city = apply(city, AlarmAcknowledged(unit="U1", alarm="A1", by="officer", at=at(70)))
    assert city.open_alarms()[0].state == "acknowledged"
    city = apply(city, AlarmCleared(unit="U1", alarm="A1", at=at(80)))
    assert city.open_alarms() == []
    assert city.tally("dongsheng").open_alarms == 0


def test_an_alarm_told_again_after_it_was_cleared_stays_cleared():
    city = fold(EMPTY, [*A_KITCHEN, an_alarm(), AlarmCleared(unit="U1", alarm="A1", at=at(80)), an_alarm()])
    assert city.open_alarms() == []


def test_an_alarm_raised_again_later_is_open_again():
    cleared = AlarmCleared(unit="U1", alarm="A1", at=at(80))
    city = fold(EMPTY, [*A_KITCHEN, an_alarm(), cleared, an_alarm(seconds=90)])
    assert [alarm.raised_at for alarm in city.open_alarms()] == [at(90)]
    assert apply(city, cleared) is city


def test_an_alarm_that_joins_a_wider_incident_belongs_to_it():
    joined = AlarmChanged(unit="U1", alarm="A1", level=2, incident="power", at=at(5))
    assert fold(EMPTY, [*A_KITCHEN, an_alarm(), joined]).open_alarms()[0].incident == "power"


def test_open_alarms_come_worst_first_then_newest_first():
    alarms = [an_alarm("A1", level=3), an_alarm("A2", level=1, seconds=1), an_alarm("A3", level=1, seconds=9)]
    assert [alarm.id for alarm in fold(EMPTY, [a_unit(), *alarms]).open_alarms()] == ["A3", "A2", "A1"]


def test_information_is_counted_by_its_level_and_is_no_open_alarm():
    city = fold(EMPTY, [*A_KITCHEN, an_alarm("A1", level=4)])
    tally = city.tally("dongsheng")
    assert (tally.alarms_4, tally.open_alarms, tally.worst_level) == (1, 0, None)
    assert (city.units["U1"].open_alarms, city.units["U1"].worst_level) == (0, None)
    city = apply(city, an_alarm("A2", level=3, seconds=1))
    assert (city.tally().open_alarms, city.tally().worst_level) == (1, 3)
    assert (city.units["U1"].open_alarms, city.units["U1"].worst_level) == (1, 3)


def test_a_unit_that_moves_takes_its_counts_along():
    city = fold(EMPTY, [*A_KITCHEN, an_alarm(), an_index(80.0)])
    city = apply(city, a_unit(area="kangbashi", street="kangbashi-s01", at=at(60)))
    assert city.tally("dongsheng").units == city.tally("dongsheng-s01").open_alarms == 0
    assert city.tally("kangbashi").index_mean == 80.0
    assert city.tally("kangbashi").devices == city.tally("kangbashi").open_alarms == 1
    assert city.tally().units == 1


def test_a_closed_unit_is_counted_nowhere_until_it_opens_again():
    city = fold(EMPTY, [*A_KITCHEN, an_alarm(), an_index(), UnitClosed(unit="U1", at=at(60))])
    assert city.tally().units == city.tally().devices == city.tally().open_alarms == 0
    assert city.open_alarms() == []
    assert apply(city, a_unit(at=at(120))).tally().units == 1


def test_a_removed_device_leaves_its_room():
    city = fold(EMPTY, [*A_KITCHEN, DeviceRemoved(unit="U1", device="D1", at=at(60))])
    assert list(city.devices_of("U1")) == []
    assert city.units["U1"].rooms == {}


def test_a_self_inspection_belongs_to_the_local_day():
    late_evening = datetime.fromisoformat("2026-06-18T23:30:00+08:00")
    done = SelfInspectionDone(unit="U1", round="daily_control", on_time=True, at=late_evening)
    city = fold(EMPTY, [a_unit(), a_unit("U2"), done, done])
    assert city.tally().inspected_by(date(2026, 6, 18)) == 1
    assert city.tally().inspected_by(date(2026, 6, 19)) == 0
    assert city.tally().inspected_by(date(2026, 6, 17)) is None  # no longer counted, so not claimed


def test_the_rectification_rate_is_the_share_that_is_closed():
    ordered = [RectificationOrdered(unit="U1", rectification=f"R{n}", at=at(n)) for n in range(4)]
    city = fold(EMPTY, [a_unit(), *ordered, RectificationClosed(unit="U1", rectification="R1", at=at(9))])
    assert city.tally().rectification_rate == 0.25


def test_hundreds_of_rectifications_keep_their_rate_and_do_not_pile_up():
    facts = []
    for n in range(300):
        facts.append(RectificationOrdered(unit="U1", rectification=f"R{n}", at=at(n)))
        if n % 3:
            facts.append(RectificationClosed(unit="U1", rectification=f"R{n}", at=at(n)))
    city = fold(EMPTY, [a_unit(), *facts])
    assert city.tally().rectification_rate == 200 / 300
    assert len(city.units["U1"].rectifications) < 200


def test_a_time_without_offset_is_taken_as_utc():
    said_at = datetime.fromisoformat("2026-06-18T05:00:00")
    naive = ReadingTaken(unit="U1", device="D1", metric="temperature", value=4.0, at=said_at)
    city = fold(EMPTY, [*A_KITCHEN, a_reading(5.0), naive])
    assert city.devices["D1"].readings["temperature"].at == NOON + timedelta(hours=1)


# --- against a slow and simple count --------------------------------------------------------------------------


def counted(city: City, area: str, day: date) -> dict:
    """The counters by walking over everything."""
    units = [u for u in city.units.values() if u.listed and area in ("", u.area, u.street)]
    ids = {unit.id for unit in units}
    devices = [d for d in city.devices.values() if d.listed and d.unit in ids]
    alarms = [alarm for unit in units for alarm in unit.alarms.values()]
    totals = [unit.total for unit in units if unit.total is not None]
    colours = [unit.colour for unit in units]
    return {
        "units": len(units),
        **{name: colours.count(name) for name in ("green", "blue", "yellow", "red")},
        "index_milli": sum(round(total * 1000) for total in totals),
        "indexed": len(totals),
        "devices": sum(not d.is_camera for d in devices),
        "devices_known": sum(not d.is_camera and d.online is not None for d in devices),
        "devices_online": sum(not d.is_camera and d.online is True for d in devices),
        "cameras": sum(d.is_camera for d in devices),
        "cameras_online": sum(d.is_camera and d.online is True for d in devices),
        "open_alarms": sum(alarm.level < 4 for alarm in alarms),
        "alarms_1": sum(alarm.level <= 1 for alarm in alarms),
        "rectifications": sum(len(unit.rectifications) for unit in units),
        "rectified": sum(sum(unit.rectifications.values()) for unit in units),
        "inspected": sum(unit.self_inspected_on == day for unit in units),
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(any_event, max_size=60))
def test_counters_equal_a_count_by_walking(events):
    city = fold(EMPTY, events)
    for area in ("", "dongsheng", "kangbashi", "s1", "s2"):
        tally = city.tally(area)
        day = tally.inspected_on or date(2026, 6, 18)
        expected = counted(city, area, day)
        kept = {name: getattr(tally, name) for name in expected if name != "inspected"}
        assert {**kept, "inspected": tally.inspected_by(day) or 0} == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(any_event, max_size=40), any_event)
def test_an_event_told_twice_changes_nothing_more(events, event):
    once = apply(fold(EMPTY, events), event)
    assert apply(once, event) == once


@settings(max_examples=100, deadline=None)
@given(st.lists(any_event, max_size=40))
def test_rooms_and_alarms_point_at_what_exists(events):
    city = fold(EMPTY, events)
    for unit in city.units.values():
        listed = {device.id for device in city.devices.values() if device.unit == unit.id and device.listed}
        assert {id for ids in unit.rooms.values() for id in ids} == listed
    assert dict(city.alarms) == {alarm: unit.id for unit in city.units.values() for alarm in unit.alarms}
