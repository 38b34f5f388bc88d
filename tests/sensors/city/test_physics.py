"""Equipment behaves as equipment does: doors, defrosts, failures, cycles, hours."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sensors.city.disinfection import Cabinets, UltravioletLamps
from sensors.city.field import Field
from sensors.city.hours import Hours
from sensors.city.kitchen import GasAlarms, HotHolding
from sensors.city.model import Moment
from sensors.city.refrigerator import CHILLED, FROZEN, Refrigerators
from sensors.city.registry import build

CHINA = ZoneInfo("Asia/Shanghai")
MIDNIGHT = 1_795_363_200 - 1_795_363_200 % 86_400 - 8 * 3600  # in China
COUNT = 40


def kitchens(opens="09:00", closes="21:00", count=COUNT):
    return Hours([opens] * count, [closes] * count)


def pass_minutes(model, minutes, since=0, watch=lambda: None):
    """Let minutes of a day pass; answers with what `watch` saw after each."""
    seen = []
    for minute in range(since, since + minutes):
        model.step(Moment(MIDNIGHT + minute * 60, minute % 1440, 738_000 + minute // 1440))
        seen.append(watch())
    return seen


def chilled(cabinet=CHILLED):
    return Refrigerators(kitchens(), np.random.default_rng(3), cabinet)


def longest_run(flags):
    """The longest time any one device was in that state, in minutes."""
    flags = np.array(flags)
    longest = run = np.zeros(flags.shape[1], int)
    for row in flags:
        run = (run + 1) * row
        longest = np.maximum(longest, run)
    return int(longest.max())


def test_a_sound_refrigerator_stays_cold_through_the_rush():
    fridges = chilled()
    seen = pass_minutes(fridges, 2 * 1440, watch=lambda: fridges.temperature.copy())
    assert 2 < np.mean(seen) < 5
    assert longest_run(np.array(seen) > 8) < 30  # shorter than the dwell of the alarm


def test_a_sound_freezer_stays_frozen_through_its_defrosts():
    freezers = chilled(FROZEN)
    seen = np.array(pass_minutes(freezers, 2 * 1440, watch=lambda: freezers.temperature.copy()))
    assert longest_run(seen > -12) < 60
    assert seen.max() > -16.5  # a defrost can be seen


def test_a_door_left_open_warms_the_refrigerator_and_shut_again_it_recovers():
    fridges = chilled()
    pass_minutes(fridges, 120)
    fridges.effect("door_left_open")[0] = 1
    pass_minutes(fridges, 60, since=120)
    assert fridges.temperature[0] > 9
    assert fridges.temperature[1:].max() < 8
    fridges.effect("door_left_open")[0] = 0
    pass_minutes(fridges, 120, since=180)
    assert fridges.temperature[0] < 6


def test_without_its_compressor_a_refrigerator_crosses_eight_degrees_slowly():
    fridges = chilled()
    pass_minutes(fridges, 120)
    fridges.effect("compressor_failure")[:] = 1
    seen = np.array(pass_minutes(fridges, 300, since=120, watch=lambda: fridges.temperature.copy()))
    crossed = (seen > 8).argmax(axis=0)
    assert (seen[-1] > 8).all()
    assert crossed.min() > 30
    assert np.diff(seen, axis=0).max() < 0.5  # no jumps: warmth creeps in


def test_a_power_cut_stops_the_compressor_too():
    fridges = chilled()
    pass_minutes(fridges, 120)
    fridges.powered[0] = False
    pass_minutes(fridges, 180, since=120)
    assert fridges.temperature[0] > fridges.temperature[1:].max()


def test_a_cabinet_cycle_holds_its_temperature_long_enough_to_pass():
    cabinets = Cabinets(kitchens(), np.random.default_rng(3))
    seen = pass_minutes(cabinets, 1440, watch=lambda: cabinets.temperature.copy())
    assert np.max(seen) > 120
    assert cabinets.cycle_ok.all()
    assert (cabinets.cycle_minutes >= 10).all()
    assert not cabinets.running.any()


def test_a_weak_heater_fails_the_cycle_and_a_repaired_one_passes_again():
    cabinets = Cabinets(kitchens(), np.random.default_rng(3))
    cabinets.effect("heater_weak")[0] = 100
    pass_minutes(cabinets, 720)
    assert not cabinets.cycle_ok[0]
    assert cabinets.cycle_ok[1:].all()
    cabinets.effect("heater_weak")[0] = 0
    pass_minutes(cabinets, 240, since=720)
    assert cabinets.cycle_ok[0]


def test_ultraviolet_lamps_burn_only_while_nobody_works():
    lamps = UltravioletLamps(kitchens(), np.random.default_rng(3))
    on = np.array(pass_minutes(lamps, 1440, watch=lambda: lamps.on.copy()))
    assert on[: 9 * 60].any(axis=0).all()
    assert not on[9 * 60 : 21 * 60].any()
    assert lamps.cycle_ok.all()
    assert (lamps.cycle_minutes >= 30).all()


def test_an_aged_lamp_fails_its_cycle():
    lamps = UltravioletLamps(kitchens(), np.random.default_rng(3))
    lamps.effect("uv_lamp_aged")[0] = 50
    pass_minutes(lamps, 1440)
    assert not lamps.cycle_ok[0]


def test_hot_food_is_hot_when_the_kitchen_opens_and_cools_when_the_heater_fails():
    counters = HotHolding(kitchens(), np.random.default_rng(3))
    seen = np.array(pass_minutes(counters, 1440, watch=lambda: counters.temperature.copy()))
    assert seen[9 * 60 : 21 * 60].min() > 58
    counters.effect("heater_off")[0] = 1
    pass_minutes(counters, 12 * 60)
    pass_minutes(counters, 60, since=9 * 60)
    assert counters.temperature[0] < 60 < counters.temperature[1:].min()


def test_gas_rises_within_minutes_of_a_leak_and_airs_out():
    alarms = GasAlarms(kitchens(), np.random.default_rng(3))
    quiet = pass_minutes(alarms, 1440, watch=lambda: alarms.lel.max())
    assert max(quiet) < 10
    alarms.effect("gas_leak")[0] = 30
    pass_minutes(alarms, 10)
    assert alarms.lel[0] > 25
    alarms.effect("gas_leak")[0] = 0
    pass_minutes(alarms, 30, since=10)
    assert alarms.lel[0] < 5


@pytest.mark.parametrize(("minute", "is_open"), [(60, True), (200, False), (1000, True), (900, False)])
def test_a_night_kitchen_is_open_past_midnight(minute, is_open):
    assert bool(Hours(["16:00"], ["02:00"]).are_open(minute)[0]) is is_open


def test_the_same_seed_gives_the_same_first_hour_of_readings():
    city = build(400, 9)

    def first_hour(seed):
        field = Field(city.sensors, city.units, seed, MIDNIGHT, CHINA)
        rounds = []
        for minute in range(5, 65, 5):
            field.advance(MIDNIGHT + minute * 60)
            rounds.append({device.id: field.reading(device.id) for device in city.sensors})
        return rounds

    assert first_hour(1) == first_hour(1)
    assert first_hour(1) != first_hour(2)


def test_mobile_restaurants_leave_home_and_are_back_at_night():
    city = build(11_266, 9)
    trucks = [device for device in city.sensors if device.kind == "gps_locator"]
    homes = {unit.id: (unit.latitude, unit.longitude) for unit in city.units}
    field = Field(trucks, city.units, 1, MIDNIGHT, CHINA)

    def away():
        readings = {truck: field.reading(truck.id) for truck in trucks}
        return sum(abs(r["latitude"] - homes[t.unit_id][0]) + abs(r["longitude"] - homes[t.unit_id][1]) > 0.02
                   for t, r in readings.items())  # fmt: skip

    assert away() == 0
    field.advance(MIDNIGHT + 13 * 3600)
    assert away() > len(trucks) / 2
    field.advance(MIDNIGHT + 23 * 3600)
    assert away() == 0


@pytest.mark.parametrize("begins", [400, 530, 1290])
def test_a_lamp_that_was_on_when_the_simulation_began_has_had_its_whole_cycle(begins):
    hours = Hours([f"{7 + n % 3:02d}:00" for n in range(COUNT)], ["21:00"] * COUNT)
    lamps = UltravioletLamps(hours, np.random.default_rng(3))
    lit = pass_minutes(lamps, 150, since=begins, watch=lambda: lamps.on.copy())
    assert lit[0].any() and not lit[-1].any()
    assert lamps.cycle_ok.all()
    assert (lamps.cycle_minutes >= 30).all()
