"""The food-safety index: what moves it, what does not, and that it adds up."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.index import FoodSafetyIndex
from scoring.index.indicators import INDICATORS
from scoring.index.words import BECAUSE, sentences
from scoring.rules import Rule, defaults
from scoring.rules.defaults import INDEX
from streaming.events import (
    AlarmCleared,
    AlarmRaised,
    CameraFaultFound,
    ComplaintClosed,
    DeviceCameOnline,
    DeviceWentOffline,
    Event,
    InspectionFinished,
    MorningCheckDone,
    PersonRecorded,
    RectificationClosed,
    RectificationOrdered,
    UnitClosed,
)
from tests.scoring.kitchens import (
    NOON,
    a_device,
    a_licence,
    a_rating,
    a_reading,
    a_unit,
    after,
    an_inspection_by_itself,
)


def an_index(*events: Event) -> FoodSafetyIndex:
    index = FoodSafetyIndex()
    index.apply(a_unit())
    for event in events:
        index.apply(event)
    return index


def known(*events: Event) -> FoodSafetyIndex:
    """A small shop without devices: licences, self-inspections, ratings."""
    return an_index(a_licence(), an_inspection_by_itself(), a_rating(5), a_rating(4, id="r2"), *events)


def value(index: FoodSafetyIndex, key: str, days: float = 0.01) -> float | None:
    result = index.score("U1", after(days=days))
    return next(indicator.value for indicator in result.indicators if indicator.key == key)


def an_alarm(level: int = 1, rule: str = "alarm/smoke_alarm/smoke", key: str = "A1", days: float = 0) -> AlarmRaised:
    at = after(days=days)
    return AlarmRaised(
        unit="U1", at=at, id=f"raised:{key}", alarm=key, rule=rule, level=level, since=at, incident="I", reason="smoke",
        metric="smoke",
    )  # fmt: skip


def a_person(expires_on: date | None, person: str = "P1", left: bool = False) -> PersonRecorded:
    return PersonRecorded(
        unit="U1", at=NOON, person=person, role="practitioner", health_certificate_expires_on=expires_on, left=left,
        id=f"person:{person}:{expires_on}:{left}",
    )  # fmt: skip


# --- what is not known


def test_a_unit_never_heard_of_has_no_index():
    result = FoodSafetyIndex().score("nobody", NOON)
    assert (result.total, result.colour, result.grade, result.coverage) == (None, "none", "none", 0)


def test_licences_alone_are_too_little_to_judge_by():
    result = an_index(a_licence()).score("U1", NOON)
    assert result.total is None and "too_little_known" in result.reasons


def test_a_small_shop_without_devices_has_an_index_and_shows_how_little_is_known():
    result = known().score("U1", after(1))
    assert result.total is not None and 0.3 < result.coverage < 0.5
    assert result.dimensions["smart_kitchen"].score is None
    assert result.dimensions["fire"].score is None


def test_what_is_not_known_brings_no_points_and_its_weight_goes_to_what_is():
    result = known().score("U1", after(1))
    assert all(each.points == 0 and each.max == 0 for each in result.indicators if each.value is None)
    assert sum(each.max for each in result.indicators) == pytest.approx(100, abs=0.01)


def test_evidence_that_is_too_old_is_no_evidence():
    index = known(a_device(), a_reading(4, 0), a_reading(4, 5))
    assert value(index, "cold_chain", days=1) == 1
    assert value(index, "cold_chain", days=4) is None


# --- what moves each dimension


def test_an_expired_licence_costs_from_the_day_after_its_last():
    index = known(a_licence(kind="business_license", expires_on=date(2026, 6, 18)))
    assert value(index, "licences", days=0) == 1
    assert value(index, "licences", days=0.6) == 0.5  # after midnight in the city


def test_staff_without_a_certificate_count_as_without_and_those_who_left_do_not_count():
    index = known(a_person(date(2027, 1, 1), "P1"), a_person(None, "P2"), a_person(None, "P3", left=True))
    assert value(index, "health_certificates") == 0.5


def test_a_self_inspection_that_is_overdue_counts_less_each_day():
    index = known()
    values = [value(index, "self_inspection_on_time", days) for days in (1, 3, 6, 9)]
    assert values[:2] == [1, 1] and values[2] == pytest.approx(0.5, abs=0.01) and values[3] < values[2]


def test_a_self_inspection_done_late_and_one_with_findings_cost():
    index = known(an_inspection_by_itself(days=0.001, on_time=False, findings=4))
    assert value(index, "self_inspection_on_time") < 0.6
    assert value(index, "self_inspection_findings") < 1


def test_an_inspection_with_a_serious_violation_costs_half_as_much_after_its_half_life():
    index = known(InspectionFinished(unit="U1", at=NOON, passed=True, serious=1))
    assert value(index, "inspections", days=0) == pytest.approx(0.6)
    assert value(index, "inspections", days=180) == pytest.approx(0.8)


def test_hours_out_of_range_cost_and_a_door_opening_does_not():
    door = known(a_device(), *[a_reading(10 if minute == 60 else 4, minute) for minute in range(0, 1440, 5)])
    warm = known(a_device(), *[a_reading(10 if minute > 1200 else 4, minute) for minute in range(0, 1440, 5)])
    assert value(door, "cold_chain", days=1) == 1
    assert value(warm, "cold_chain", days=1) == 0


def test_a_failed_disinfection_cycle_costs():
    cabinet = a_device("CB1", "cabinet_disinfection")
    index = known(cabinet, a_reading(1, 0, "cycle_ok", "CB1"), a_reading(0, 300, "cycle_ok", "CB1"))
    assert 0.4 < value(index, "disinfection", days=0.3) < 0.5


def test_morning_checks_that_stop_cost_and_one_that_keeps_somebody_from_work_does_not():
    index = known(MorningCheckDone(unit="U1", at=NOON, person="P1", passed=False))
    assert value(index, "morning_checks", days=1) == 1
    assert value(index, "morning_checks", days=3) == pytest.approx(0.5)


def test_devices_offline_and_cameras_that_show_nothing_cost():
    devices = [a_device("C1", "network_camera", interval=0), a_device("C2", "network_camera", interval=0)]
    came = [DeviceCameOnline(unit="U1", device=id, at=NOON) for id in ("C1", "C2")]
    index = known(*devices, *came)
    assert (value(index, "devices_online"), value(index, "cameras_true")) == (1, 1)
    index.apply(CameraFaultFound(unit="U1", device="C2", at=after(1), fault="covered"))
    index.apply(DeviceWentOffline(unit="U1", device="C1", at=after(1)))
    assert (value(index, "devices_online"), value(index, "cameras_true")) == (0.5, 0)


def test_a_smoke_alarm_costs_and_is_half_forgotten_after_a_week():
    detector = [a_device("SM1", "smoke_alarm"), a_reading(1, 0, "smoke", "SM1"), a_reading(0, 7 * 1440, "smoke", "SM1")]
    index = known(*detector, an_alarm(), AlarmCleared(unit="U1", at=after(1), alarm="A1"))
    assert value(index, "smoke_and_gas", days=0) == pytest.approx(0.5)
    assert value(index, "smoke_and_gas", days=7) == pytest.approx(0.75)


def a_cold_alarm(level: int = 2, key: str = "C1", minutes: float = 0) -> AlarmRaised:
    return msgspec.structs.replace(
        an_alarm(level, "alarm/fridge_temp_humidity/temperature", key, minutes / 1440), metric="temperature"
    )


def cold(*events: Event) -> FoodSafetyIndex:
    return known(a_device(), a_reading(4, -10), a_reading(4, 0), *events)


def test_an_open_alarm_of_a_refrigerator_costs_at_once_by_its_level_and_information_costs_nothing():
    totals = [cold(a_cold_alarm(level)).score("U1", after(1)).total for level in (1, 2, 3, 4)]
    assert totals == sorted(totals) and len(set(totals)) == 4
    assert totals[3] == cold().score("U1", after(1)).total
    assert value(cold(a_cold_alarm(2)), "cold_chain", 0.001) == pytest.approx(0.6)


def test_a_cleared_alarm_gives_back_most_leaves_more_the_longer_it_stood_and_is_forgotten():
    def cleared_after(minutes: float) -> FoodSafetyIndex:
        ended = after(minutes)
        return cold(a_cold_alarm(), a_reading(4, minutes), AlarmCleared(unit="U1", at=ended, alarm="C1"))

    short, long = cleared_after(1), cleared_after(12 * 60)
    assert value(short, "cold_chain", 1 / 1440) == pytest.approx(0.92)
    assert value(long, "cold_chain", 0.5) == pytest.approx(0.8)
    short.apply(a_reading(4, 7 * 1440))
    assert value(short, "cold_chain", 7) == pytest.approx(0.96, abs=1e-3)


def test_the_answer_names_an_open_alarm_before_the_readings_and_says_since_when():
    warm = [a_reading(12, minute) for minute in range(5, 65, 5)]
    result = cold(a_cold_alarm(minutes=35), *warm).score("U1", after(66))
    (chain,) = [each for each in result.indicators if each.key == "cold_chain"]
    assert chain.facts[0] == "raised:C1" and chain.facts[1].startswith("reading:FR1:temperature:")
    assert (chain.because, chain.since) == ("cold_chain_open", after(35))
    said = sentences([msgspec.to_builtins(chain)], result.reasons, ZoneInfo("Asia/Shanghai"))["cold_chain_open"]
    assert said == {"zh": "冷链超温预警未解除（6月18日 12:35 起）", "en": "Cold-chain alarm open since 12:35 on 18 Jun"}


def test_an_alarm_costs_its_own_matter_and_what_has_an_indicator_of_its_own_costs_nothing_more():
    def alarmed(rule: str) -> set[str]:
        result = cold(an_alarm(2, rule)).score("U1", after(1))
        return {each.because for each in result.indicators if each.since}

    assert alarmed("alarm/rat_guard/displacement/night") == {"kitchen_alarms_open"}
    assert alarmed("alarm/room_temp_humidity/temperature@school") == {"kitchen_alarms_open"}
    assert alarmed("alarm/dish_washer/rinse_temperature") == {"disinfection_open"}
    assert alarmed("alarm/gas_alarm/lel/warn") == {"smoke_and_gas_open"}
    for rule in ("alarm/licence/expiry", "alarm/offline/device", "alarm/offline/unit", "alarm/camera/covered",
                 "alarm/gas_alarm/fault", "alarm/morning_check_machine/body_temperature"):  # fmt: skip
        assert alarmed(rule) == set()


def test_an_alarm_whose_evidence_is_forgotten_is_still_bad_and_a_silent_kitchen_is_not_known_to_be_good():
    silent = cold(a_cold_alarm())
    assert value(silent, "cold_chain", days=10) == 0
    assert value(silent, "kitchen_alarms", days=10) is None
    assert value(cold(), "cold_chain", days=10) is None


def test_what_is_heard_of_a_unit_after_it_closed_does_not_bring_it_back():
    index = cold(a_cold_alarm(), UnitClosed(unit="U1", at=after(1)))
    assert not index.apply(AlarmCleared(unit="U1", at=after(2), alarm="C1"))
    assert not index.apply(DeviceWentOffline(unit="U1", at=after(2), device="FR1"))
    assert index.units == {}


def test_few_ratings_are_drawn_towards_the_usual():
    one, many = an_index(a_rating(1)), an_index(*[a_rating(1, id=f"r{n}") for n in range(200)])
    assert 0.6 < value(one, "ratings") < 0.75
    assert value(many, "ratings") < 0.05


def test_an_upheld_complaint_costs_and_a_rejected_one_does_not():
    rejected = known(ComplaintClosed(unit="U1", at=NOON, complaint="C1", upheld=False, hours=5))
    upheld = known(ComplaintClosed(unit="U1", at=NOON, complaint="C1", upheld=True, hours=5))
    assert (value(rejected, "complaints_upheld", 0), value(upheld, "complaints_upheld", 0)) == (1, 0.75)


def test_an_answer_after_three_days_is_worth_half():
    index = known(ComplaintClosed(unit="U1", at=NOON, complaint="C1", upheld=False, hours=72))
    assert value(index, "answer_time") == pytest.approx(0.5)


def test_a_rectification_that_is_overdue_counts_as_not_on_time_while_it_is_open():
    index = known(
        RectificationOrdered(unit="U1", at=NOON, rectification="R1", due_at=after(days=3)),
        RectificationClosed(unit="U1", at=after(1), rectification="R0"),
    )
    assert value(index, "rectification", days=2) == 1
    assert value(index, "rectification", days=4) < 0.5


# --- the answer


def test_an_open_alarm_of_level_one_makes_the_unit_red_whatever_the_total_and_clearing_ends_that():
    index = known(an_alarm())
    result = index.score("U1", after(1))
    assert (result.colour, result.reasons[0]) == ("red", "open_level_1") and result.total > 60
    index.apply(AlarmCleared(unit="U1", at=after(2), alarm="A1"))
    assert index.score("U1", after(3)).colour != "red"


def test_each_indicator_names_the_newest_facts_behind_it():
    index = known(*[a_rating(3, days=n / 100, id=f"rating-{n}") for n in range(20)])
    (ratings,) = [each for each in index.score("U1", after(days=1)).indicators if each.key == "ratings"]
    assert ratings.facts == tuple(f"rating-{n}" for n in (19, 18, 17, 16, 15))
    assert ratings.because == "ratings"


@pytest.mark.parametrize(
    ("total", "grade", "colour"),
    [(95, "very_good", "green"), (85, "good", "green"), (79.9, "fair", "blue"), (60, "poor", "yellow"),
     (59.9, "very_poor", "red"), (0, "very_poor", "red")],
)  # fmt: skip
def test_grades_and_colours_begin_where_the_rows_say(total, grade, colour):
    index = FoodSafetyIndex()
    assert index._band("index/grades", "small", total) == grade
    assert index._band("index/colours", "small", total) == colour


def test_weights_changed_by_a_row_count_from_the_next_score_on():
    index = known(*[a_rating(1, id=f"bad-{n}") for n in range(50)])
    before = index.score("U1", after(1)).total
    index.use(defaults().changed(Rule("index/weights", 2, {**INDEX["index/weights"], "public": 0})))
    assert index.score("U1", after(1)).total > before


def test_the_short_way_over_all_units_gives_the_same_totals():
    index = known(a_device(), a_reading(10, 0), a_reading(4, 30))
    assert list(index.totals(after(60))) == [
        ("U1", index.score("U1", after(60)).total, index.score("U1", after(60)).colour)
    ]


def test_a_stored_index_continues_where_it_stopped():
    index = known(a_device(), a_reading(10, 0), a_reading(4, 30))
    again = FoodSafetyIndex.load(index.dump(), defaults())
    assert again.score("U1", after(60)) == index.score("U1", after(60))


def test_there_is_a_row_for_every_indicator():
    assert {row.key for row in INDICATORS} == set(INDEX["index/indicators"])
    assert {row.key for row in INDICATORS} <= BECAUSE.keys()
    assert {f"{key}_open" for key, row in INDEX["index/indicators"].items() if "left_share" in row} <= BECAUSE.keys()


moments = st.floats(0, 400, allow_nan=False)
facts = st.one_of(
    st.builds(lambda s, d, n: a_rating(s, d, id=f"r{n}"), st.integers(1, 5), moments, st.integers()),
    st.builds(an_inspection_by_itself, moments, st.booleans(), st.integers(0, 50)),
    st.builds(
        lambda d, p, v, s: InspectionFinished(unit="U1", at=after(days=d), passed=p, violations=v, serious=s),
        moments, st.booleans(), st.integers(0, 30), st.integers(0, 9),
    ),
    st.builds(
        lambda d, u, h, n: ComplaintClosed(unit="U1", at=after(days=d), complaint=f"C{n}", upheld=u, hours=h),
        moments, st.booleans(), st.floats(0, 1e4), st.integers(),
    ),
    st.builds(lambda m, v: a_reading(v, m), st.integers(0, 10_000), st.floats(-30, 60)),
    st.builds(lambda m, v: a_reading(v, m, "cycle_ok", "CB1"), st.integers(0, 10_000), st.sampled_from([0.0, 1.0])),
    st.builds(lambda level, n, d: an_alarm(level, key=f"A{n}", days=d), st.integers(1, 4), st.integers(), moments),
    st.builds(lambda level, n, m: a_cold_alarm(level, f"K{n}", m), st.integers(1, 4), st.integers(0, 9),
              st.integers(0, 10_000)),
    st.builds(lambda n, m: AlarmCleared(unit="U1", at=after(m), alarm=f"K{n}"), st.integers(0, 9),
              st.integers(0, 10_000)),
    st.builds(lambda year: a_licence(expires_on=date(year, 1, 1)), st.integers(2020, 2030)),
)  # fmt: skip


@given(st.lists(facts, max_size=40), moments)
def test_whatever_happens_the_index_is_between_0_and_100_and_is_the_sum_of_its_points(events, days):
    index = an_index(a_device(), a_device("CB1", "cabinet_disinfection"), *events)
    result = index.score("U1", after(days=days))
    assert 0 <= result.coverage <= 1
    for each in result.indicators:
        assert -1e-9 <= each.points <= each.max + 1e-9
    if result.total is not None:
        assert 0 <= result.total <= 100
        assert sum(each.points for each in result.indicators) == pytest.approx(result.total, abs=0.01)


same_time = st.lists(
    st.one_of(
        st.builds(lambda s, n: a_rating(s, id=f"r{n}"), st.integers(1, 5), st.integers(0, 99)),
        st.builds(lambda o, f: an_inspection_by_itself(0, o, f), st.booleans(), st.integers(0, 9)),
        st.builds(lambda p: InspectionFinished(unit="U1", at=NOON, passed=p), st.booleans()),
        st.builds(lambda n: a_reading(10, 0, device=f"F{n}"), st.integers(0, 3)),
        st.builds(a_licence, expires_on=st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)])),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda event: (event.key, str(event)),
).flatmap(lambda events: st.tuples(st.just(events), st.permutations(events)))


@given(same_time)
def test_facts_of_the_same_moment_give_the_same_index_in_any_order(orders):
    devices = [a_device(f"F{n}") for n in range(4)]
    one, other = (an_index(*devices, *events).score("U1", after(days=2)) for events in orders)
    assert one.total == (None if other.total is None else pytest.approx(other.total, abs=1e-6))
    assert [each.facts for each in one.indicators] == [each.facts for each in other.indicators]
