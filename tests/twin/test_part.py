"""Counters and frames of those who see a part of the city."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from streaming.events import DeviceRegistered, UnitRegistered
from streaming.grid import Grid
from streaming.live import View
from streaming.log import Batch
from tests.twin.cities import NOON, a_device, a_reading, a_unit, an_alarm, an_area, any_event
from twin.apply import fold
from twin.kpi import kpi
from twin.live import TwinSource
from twin.part import Part
from twin.scope import Scope, missing, parse
from twin.state import EMPTY, City

MINE = Grid(("ordos/dongsheng",))
BANNERS = [
    an_area("ordos", "city"), an_area(parent="ordos"), an_area("dongsheng-s01", "street", parent="dongsheng"),
    an_area("kangbashi", parent="ordos"), an_area("kangbashi-s01", "street", parent="kangbashi"),
]  # fmt: skip
THEIRS = {"area": "kangbashi", "street": "kangbashi-s01"}
TWO = [*BANNERS, a_unit(), a_unit("U2", **THEIRS), a_device(), a_device("D2", "U2"), an_alarm(), an_alarm("A2", "U2")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(any_event, max_size=12), max_size=6))
def test_counters_kept_by_what_changed_are_those_of_a_fresh_count(windows):
    grid = Grid(("ordos/dongsheng",), ("small",), ("U3",))
    city, scope = fold(EMPTY, BANNERS), Scope("city", grid=grid)
    part = Part(scope, city)
    part.tallies(city, ())
    for events in windows:
        source = Watched(city, grid)
        city = source.tell(*events)
        kept = part.tallies(city, source.uncounted)
        fresh = Part(scope, city).tallies(city, ())
        for place in {*kept, *fresh}:
            assert _counts(kept, place) == _counts(fresh, place)


def _counts(tallies, place):
    return astuple(tallies[place])[:-2] if place in tallies and any(astuple(tallies[place])[:-2]) else None


class Watched:
    """A source that shows a city to the people of a grid."""

    def __init__(self, city: City, grid: Grid = MINE, scope: str = "city"):
        self.source, self.city, self.view = TwinSource(clock=lambda: NOON), city, View.of(scope, grid)
        self.source.on_ready(city)
        self.source.open(self.view)

    def tell(self, *events) -> City:
        after = fold(self.city, events)
        self.source.on_batch(self.city, after, Batch(1, NOON, list(events)))
        self.city = after
        return after

    @property
    def uncounted(self) -> set[str]:
        return self.source._watches[self.view.scope][self.view].take_uncounted()

    def frame(self) -> dict:
        return self.source.frame(self.view, beat=True) or {}


def test_a_snapshot_of_the_city_is_that_of_the_part():
    watched = Watched(fold(EMPTY, [*TWO, a_reading(), a_reading(device="D2", unit="U2")]))
    whole = watched.source.snapshot(watched.view)
    assert whole["units"] == [["U1", None, "none", 1]]
    assert [alarm["id"] for alarm in whole["alarms"]] == ["A1"]
    assert (whole["kpi"]["units"], whole["kpi"]["alarms_open"]["2"], whole["kpi"]["devices"]) == (1, 1, 1)
    assert [area["id"] for area in whole["kpi"]["areas"]] == ["dongsheng"]
    assert "U2" not in str(whole) and "D2" not in str(whole) and "kangbashi" not in str(whole)


def test_news_of_other_units_does_not_come():
    watched = Watched(fold(EMPTY, TWO))
    watched.source.snapshot(watched.view)
    watched.tell(a_reading(5, device="D2", unit="U2"), an_alarm("A3", "U2", level=1), a_unit("U3", **THEIRS))
    frame = watched.frame()
    assert (frame["units"], frame["readings"], frame["devices"], frame["alarms"]) == ([], [], [], [])
    assert "kpi" not in frame or frame["kpi"]["units"] == 1


@pytest.mark.parametrize("scope", ["city", "unit:U1", "area:dongsheng", "street:dongsheng-s01"])
def test_a_unit_that_moves_away_is_gone_with_all_it_had(scope):
    watched = Watched(fold(EMPTY, [*TWO, a_reading()]), scope=scope)
    watched.source.snapshot(watched.view)
    watched.tell(UnitRegistered(unit="U1", name="renamed", business_type="small", at=NOON, **THEIRS))
    frame = watched.frame()
    assert frame["units"] == [["U1", None, None, 0]]
    assert frame["alarms"][0]["state"] == "cleared" and "renamed" not in str(frame)
    assert frame["devices"] == [["D1", *[None] * 7]]
    assert "unit" not in frame
    watched.tell(a_reading(9, seconds=9))
    assert watched.frame()["readings"] == []


def test_a_unit_that_moves_in_appears_with_its_alarms():
    watched = Watched(fold(EMPTY, TWO))
    watched.source.snapshot(watched.view)
    watched.tell(a_unit("U2"))
    frame = watched.frame()
    assert frame["units"] == [["U2", None, "none", 1]]
    assert [alarm["id"] for alarm in frame["alarms"]] == ["A2"]
    assert frame["kpi"]["units"] == 2


def test_a_device_that_is_taken_to_a_unit_elsewhere_leaves():
    watched = Watched(fold(EMPTY, [*TWO, a_reading()]))
    watched.source.snapshot(watched.view)
    watched.tell(DeviceRegistered(device="D1", unit="U2", device_kind="fridge_temp_humidity", room="x", at=NOON))
    frame = watched.frame()
    assert frame["devices"] == [["D1", *[None] * 7]]
    assert frame["kpi"]["devices"] == 0


@pytest.mark.parametrize("kind, theirs, never", [
    ("unit", "U2", "U9"), ("street", "kangbashi-s01", "nowhere-s01"), ("area", "kangbashi", "nowhere"),
])  # fmt: skip
def test_what_lies_outside_is_refused_in_the_words_of_what_never_was(kind, theirs, never):
    city = fold(EMPTY, TWO)
    said = [missing(city, parse(f"{kind}:{id}", MINE)) for id in (theirs, never)]
    assert said == [f"there is no {kind} {theirs}", f"there is no {kind} {never}"]
    assert missing(city, parse(f"{kind}:{theirs}")) is None


def test_a_type_or_a_unit_is_a_part_too():
    city = fold(EMPTY, [*TWO, a_unit("U3", business_type="school")])
    for grid, units in (
        (Grid(("*",), ("school",)), {"U3"}), (Grid(units=("U2",)), {"U2"}),
        (Grid(("ordos/dongsheng",), ("school",), ("U2",)), {"U2", "U3"}), (Grid(), set()),
        (Grid(("ordos/dongsheng", "ordos/dongsheng/dongsheng-s01")), {"U1", "U3"}),
    ):  # fmt: skip
        watched = Watched(city, grid)
        whole = watched.source.snapshot(watched.view)
        assert {row[0] for row in whole["units"]} == units
        assert whole["kpi"]["units"] == len(units)


def test_people_of_the_whole_city_share_one_view_whatever_it_is_called():
    assert View.of("city", Grid(("*",))) == View.of("city", Grid(("ordos",))) == View("city")
    assert View.of("city", Grid(("a/b", "a/c"))) == View.of("city", Grid(("a/c", "a/b")))


def test_the_strip_of_the_whole_city_needs_no_counting():
    city = fold(EMPTY, TWO)
    assert Part(Scope("city"), city).tallies(city, ()) is city.tallies
    assert kpi(city, NOON.date())["units"] == 2
