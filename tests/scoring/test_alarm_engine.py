from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.alarms import AlarmEngine
from scoring.rules import defaults
from streaming.events import AlarmCleared, AlarmRaised, CameraFaultCleared, CameraFaultFound, DeviceRemoved
from tests.scoring.kitchens import NOON, Watched, a_device, a_licence, a_reading, a_unit, after, with_rule

FRIDGE = "alarm/fridge_temp_humidity/temperature"


@pytest.fixture
def kitchen() -> Watched:
    """A unit with one refrigerator, default rules."""
    watched = Watched()
    watched.hear(a_unit(), a_device())
    return watched


def test_a_warm_refrigerator_before_its_dwell_time_raises_nothing(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in (0, 5, 10, 15, 20, 25)])
    kitchen.tick(29)
    assert kitchen.raised == []


def test_warm_for_the_dwell_time_raises_one_alarm_that_says_what_since_when_and_against_which_limit(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 60, 5)])
    (alarm,) = kitchen.raised
    assert (alarm.level, alarm.since, alarm.at) == (2, NOON, after(30))
    assert (alarm.device, alarm.metric, alarm.value, alarm.limit) == ("FR1", "temperature", 12, "0 … 8 °C")
    assert alarm.reason == "above_limit"


def test_the_clock_raises_it_too_while_the_newest_reading_is_fresh(kitchen):
    kitchen.hear(a_reading(12, 0), a_reading(12, 20))
    kitchen.hear(a_reading(12, 14.9))  # late
    kitchen.hear(*[a_reading(12, minutes) for minutes in (25,)])
    kitchen.tick(31)
    assert kitchen.raised == []  # the gap of 20 minutes began the dwell time again at 12:20
    kitchen.hear(*[a_reading(12, minutes) for minutes in (30, 35, 40, 45)])
    kitchen.tick(51)
    assert [alarm.since for alarm in kitchen.raised] == [after(20)]


def test_the_clock_raises_nothing_on_a_stale_reading(kitchen):
    kitchen.hear(a_reading(12, 0))
    kitchen.tick(31)
    assert kitchen.raised == []


def test_a_door_opening_spike_raises_nothing(kitchen):
    kitchen.hear(*[a_reading(4, 0), a_reading(11, 5), a_reading(9, 10), a_reading(5, 15), a_reading(11, 60)])
    kitchen.tick(61)
    assert kitchen.said == []


def test_it_clears_only_when_it_is_back_by_the_hysteresis(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)], a_reading(7.8, 35))
    assert kitchen.cleared == []
    kitchen.hear(a_reading(7.4, 40))
    (cleared,) = kitchen.cleared
    assert (cleared.alarm, cleared.at, cleared.value) == (kitchen.raised[0].alarm, after(40), 7.4)


def test_a_second_fact_after_the_first_has_ended_is_a_second_alarm(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)], a_reading(4, 40))
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(60, 95, 5)])
    first, second = kitchen.raised
    assert first.alarm != second.alarm


def test_the_level_rises_when_nobody_acts_for_two_hours_and_never_falls_again(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 180, 5)])
    assert [(change.level, change.at) for change in kitchen.changed] == [(1, after(120))]


def test_a_value_that_gets_worse_by_a_step_is_told_once_and_smaller_moves_are_not(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)])
    kitchen.hear(a_reading(12.5, 35), a_reading(14, 40), a_reading(13, 45), a_reading(14.5, 50))
    assert [change.value for change in kitchen.changed] == [14]


def test_a_late_reading_neither_raises_nor_clears(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)])
    before = list(kitchen.said)
    kitchen.hear(a_reading(3, 29), a_reading(3, 30), a_reading(60, 2))
    assert kitchen.said == before


def test_the_same_reading_told_twice_changes_nothing(kitchen):
    kitchen.hear(a_reading(12, 0), a_reading(12, 0))
    assert kitchen.said == []


def test_smoke_is_told_at_once_at_level_one():
    kitchen = Watched()
    kitchen.hear(a_unit(), a_device("SM1", "smoke_alarm"))
    (alarm,) = kitchen.hear(a_reading(1, metric="smoke", device="SM1"))
    assert (alarm.level, alarm.reason) == (1, "smoke")
    (cleared,) = kitchen.hear(a_reading(0, 1, metric="smoke", device="SM1"))
    assert isinstance(cleared, AlarmCleared)


def test_gas_at_two_limits_is_two_alarms_and_one_incident():
    kitchen = Watched()
    kitchen.hear(a_unit(), a_device("GA1", "gas_alarm"))
    kitchen.hear(a_reading(30, 0, "lel", "GA1"), a_reading(30, 0.5, "lel", "GA1"))
    assert sorted(alarm.level for alarm in kitchen.raised) == [1, 2]
    assert len({alarm.incident for alarm in kitchen.raised}) == 1


def test_what_one_device_raises_while_an_alarm_of_it_is_open_is_one_incident():
    kitchen = Watched()
    kitchen.hear(a_unit(), a_device("RG1", "rat_guard"), a_device("RG2", "rat_guard"))
    for device in ("RG1", "RG2"):
        for metric in ("displacement", "tilt"):
            kitchen.hear(a_reading(50, 0, metric, device), a_reading(50, 5, metric, device))
    assert len(kitchen.raised) == 4
    assert len({(alarm.device, alarm.incident) for alarm in kitchen.raised}) == 2
    kitchen.hear(*[a_reading(0, 20, metric, "RG1") for metric in ("displacement", "tilt")])
    kitchen.hear(a_reading(50, 40, "tilt", "RG1"), a_reading(50, 45, "tilt", "RG1"))
    assert kitchen.raised[-1].incident not in {alarm.incident for alarm in kitchen.raised[:-1]}


def test_a_moved_rat_guard_is_ordinary_by_day_and_important_at_night():
    kitchen = Watched()
    kitchen.hear(a_unit(opens="09:00", closes="21:00"), a_device("RG1", "rat_guard"))
    kitchen.hear(a_reading(20, 0, "displacement", "RG1"), a_reading(20, 5, "displacement", "RG1"))
    assert [alarm.level for alarm in kitchen.raised] == [3]
    night = 10 * 60  # 22:00 in the city
    kitchen.hear(a_reading(20, night, "displacement", "RG1"), a_reading(20, night + 5, "displacement", "RG1"))
    assert [alarm.level for alarm in kitchen.raised] == [3, 2]
    assert [cleared.alarm for cleared in kitchen.cleared] == [kitchen.raised[0].alarm]


def test_a_special_room_is_judged_in_working_hours_only():
    kitchen = Watched()
    kitchen.hear(a_unit(opens="06:00", closes="11:00"), a_device("RM1", "room_temp_humidity"))
    kitchen.hear(*[a_reading(29, minutes, device="RM1") for minutes in range(0, 60, 5)])
    assert kitchen.said == []


def test_a_shortened_dwell_time_works_at_once(kitchen):
    kitchen.hear(a_reading(12, 0))
    kitchen.tick(1)
    kitchen.said += kitchen.engine.use(with_rule(FRIDGE, dwell_seconds=5), after(1))
    kitchen.tick(1.1)
    assert len(kitchen.raised) == 1


def test_a_rule_switched_off_ends_its_alarm_and_switched_on_again_makes_a_new_one(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)])
    kitchen.said += kitchen.engine.use(with_rule(FRIDGE, enabled=False), after(31))
    assert len(kitchen.cleared) == 1
    kitchen.said += kitchen.engine.use(with_rule(FRIDGE, dwell_seconds=0), after(32))
    assert len({alarm.alarm for alarm in kitchen.raised}) == 2


def test_a_row_of_a_business_type_wins_over_the_general_one():
    school = Watched(with_rule(f"{FRIDGE}@school", high=5, dwell_seconds=0))
    school.hear(a_unit("U1", "school"), a_unit("U2", "small"), a_device("A", unit="U1"), a_device("B", unit="U2"))
    school.hear(a_reading(6, 0, device="A", unit="U1"), a_reading(6, 0, device="B", unit="U2"))
    assert [(alarm.unit, alarm.rule) for alarm in school.raised] == [("U1", f"{FRIDGE}@school")]


def test_a_covered_camera_is_told_after_a_minute_and_cleared_when_it_sees_again():
    kitchen = Watched()
    kitchen.hear(a_unit(), a_device("CAM1", "network_camera", interval=0))
    kitchen.hear(CameraFaultFound(unit="U1", device="CAM1", at=NOON, fault="covered"))
    kitchen.tick(0.5)
    assert kitchen.raised == []
    kitchen.tick(1)
    assert [(alarm.reason, alarm.level) for alarm in kitchen.raised] == [("camera_covered", 3)]
    kitchen.hear(CameraFaultCleared(unit="U1", device="CAM1", at=after(5), fault="covered"))
    assert len(kitchen.cleared) == 1


def test_a_licence_is_one_alarm_told_again_at_thirty_and_seven_days_and_daily_once_it_is_over():
    kitchen = Watched()
    kitchen.hear(a_unit(), a_licence(expires_on=date(2026, 8, 1)))
    for days in (0, 10, 20, 30, 40, 43, 44, 44.5, 45, 46):
        kitchen.tick(days * 24 * 60)
    assert [(alarm.level, alarm.value) for alarm in kitchen.raised] == [(4, 44)]
    told = [(change.level, change.value) for change in kitchen.changed]
    assert told == [(4, 24), (4, 4), (3, -1), (3, -2)]
    kitchen.hear(a_licence(expires_on=date(2029, 1, 1)))
    assert len(kitchen.cleared) == 1


def test_a_removed_device_takes_its_alarms_along(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)])
    kitchen.hear(DeviceRemoved(unit="U1", device="FR1", at=after(40)))
    assert len(kitchen.cleared) == 1


def test_a_stored_engine_continues_where_it_stopped(kitchen):
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 30, 5)])
    again = AlarmEngine.load(kitchen.engine.dump(), defaults())
    assert again.state == kitchen.engine.state
    (alarm,) = again.on_event(a_reading(12, 30))
    assert alarm.since == NOON


@given(st.lists(st.tuples(st.sampled_from([2.0, 7.8, 9.0, 12.0, -3.0]), st.integers(-20, 60)), max_size=60))
def test_however_readings_alternate_a_rule_and_device_never_have_two_open_alarms(steps):
    watched = Watched(with_rule(FRIDGE, dwell_seconds=0))
    watched.hear(a_unit(), a_device())
    minute, open_now = 0.0, 0
    for value, forward in steps:
        minute += forward
        for said in [*watched.hear(a_reading(value, minute)), *watched.tick(minute + 0.5)]:
            open_now += isinstance(said, AlarmRaised) - isinstance(said, AlarmCleared)
            assert 0 <= open_now <= 1
    assert len({alarm.alarm for alarm in watched.raised}) == len(watched.raised)
