from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.events import AlarmCleared, DeviceWentOffline, UnitClosed
from tests.twin.cities import NOON, a_device, a_reading, a_unit, an_alarm, an_area, an_index, any_event, at
from twin import frames
from twin.apply import fold
from twin.frames import Touched, difference, snapshot
from twin.scope import Scope, missing, parse
from twin.state import EMPTY, City
from twin.tiles import nearness, worth_a_tile

CITY, STREET, UNIT = Scope("city"), Scope("street", "dongsheng-s01"), Scope("unit", "U1")
A_STREET = [an_area(), a_unit(), a_unit("U2"), a_device(), a_device("D2", "U2")]


def after(before: City, *events, scope: Scope = CITY, public: bool = False):
    """The difference that these events make to a scope."""
    touched = Touched()
    for event in events:
        touched.add(event)
    return difference(before, fold(before, events), touched, scope, NOON, public)


def test_a_snapshot_holds_every_unit_and_the_open_alarms():
    city = fold(EMPTY, [*A_STREET, an_index(87.26), an_alarm(level=1, device="D1", metric="temperature")])
    whole = snapshot(city, CITY, NOON)
    assert sorted(whole["units"]) == [["U1", 87.3, "green", 1], ["U2", None, "none", 0]]
    assert [(a["id"], a["unit_name"], a["area_name"], a["device_kind"]) for a in whole["alarms"]] == [
        ("A1", "店U1", "区域dongsheng", "fridge_temp_humidity")
    ]
    assert whole["kpi"]["units"] == 2
    assert whole["kpi"]["areas"][0]["worst"] == 1


def test_what_is_not_known_is_null_and_never_zero():
    strip = snapshot(fold(EMPTY, A_STREET), CITY, NOON)["kpi"]
    unknown = ("devices_online", "cameras_online", "online_rate", "index_mean", "rectification_rate")
    assert [strip[name] for name in unknown] == [None] * 5
    assert strip["self_inspection_today"] == {"done": None, "due": 2}


def test_a_street_lists_its_devices_with_room_and_state():
    city = fold(EMPTY, [*A_STREET, a_reading(4.5), DeviceWentOffline(unit="U1", device="D1", at=at(9))])
    whole = snapshot(city, STREET, NOON)
    assert ["D1", "U1", "fridge_temp_humidity", "设备D1", "kitchen", False, NOON, 0] in whole["devices"]
    assert whole["readings"] == [["D1", "temperature", 4.5, NOON]]


def test_a_unit_tells_its_index_by_dimension_and_its_licences():
    card = snapshot(fold(EMPTY, [*A_STREET, an_index(87.0)]), UNIT, NOON)["unit"]
    assert card["index"]["dimensions"] == {"fire_safety": 87.0}


def test_a_frame_holds_the_newest_of_each_metric_once_and_newest_first():
    frame = after(fold(EMPTY, A_STREET), a_reading(1.0), a_reading(2.0, 1, "D2", "U2"), a_reading(3.0, 2))
    assert [row[:3] for row in frame["readings"]] == [["D1", "temperature", 3.0], ["D2", "temperature", 2.0]]


def test_a_late_reading_is_no_news():
    before = fold(EMPTY, [*A_STREET, a_reading(5.0, 60)])
    assert after(before, a_reading(4.0, 10)) is None


def test_an_alarm_is_told_when_raised_and_when_cleared():
    before = fold(EMPTY, A_STREET)
    raised = after(before, an_alarm())
    assert [(a["id"], a["state"]) for a in raised["alarms"]] == [("A1", "open")]
    assert raised["units"] == [["U1", None, "none", 1]]
    cleared = after(fold(before, [an_alarm()]), AlarmCleared(unit="U1", alarm="A1", at=at(60)))
    assert [(a["id"], a["state"]) for a in cleared["alarms"]] == [("A1", "cleared")]
    assert cleared["units"] == [["U1", None, "none", 0]]


def test_a_unit_that_closes_leaves_the_map_and_takes_its_alarms_along():
    frame = after(fold(EMPTY, [*A_STREET, an_alarm()]), UnitClosed(unit="U1", at=at(60)))
    assert frame["units"] == [["U1", None, None, 0]]
    assert [(a["id"], a["state"]) for a in frame["alarms"]] == [("A1", "cleared")]


def test_other_scopes_hear_nothing_of_it():
    assert after(fold(EMPTY, A_STREET), a_reading(4.0, 0, "D2", "U2"), scope=UNIT) is None
    assert after(fold(EMPTY, A_STREET), an_alarm(unit="U2"), scope=Scope("street", "elsewhere")) is None


def test_a_passer_by_sees_temperatures_and_counts_but_no_alarm_and_no_person():
    kinds = [a_device("BODY", kind="morning_check_machine"), a_device("GPS", kind="gps_locator")]
    news = [a_reading(36.9, 1, "BODY", metric="body_temperature"), a_reading(39.6, 1, "GPS", metric="latitude")]
    before = fold(EMPTY, [*A_STREET, *kinds])
    everything = [a_reading(4.0), *news, an_alarm(device="D1")]
    for frame in (
        after(before, *everything, scope=STREET, public=True),
        snapshot(fold(before, everything), STREET, NOON, public=True),
    ):
        assert [row[0] for row in frame["readings"]] == ["D1"]
        assert frame["alarms"] == []
        assert ["U1", None, "none", 1] in frame["units"]
        assert not {"BODY", "GPS"} & {row[0] for row in frame["devices"]}


def test_a_flood_is_cut_to_the_newest(monkeypatch):
    monkeypatch.setattr(frames, "READINGS_A_FRAME", 3)
    flood = [a_reading(float(n), n, metric=f"m{n}") for n in range(10)]
    assert [row[1] for row in after(fold(EMPTY, A_STREET), *flood)["readings"]] == ["m9", "m8", "m7"]


def test_tiles_show_what_is_beyond_its_limits_first():
    readings = [a_reading(4.0, 99), a_reading(11.0, 1, "D2", "U2")]
    city = fold(EMPTY, [*A_STREET, *readings])
    assert [(device.id, metric) for device, metric in worth_a_tile(city.devices.values(), 1)] == [("D1", "temperature")]
    assert [device.id for device, _ in worth_a_tile(city.devices.values(), 2)] == ["D2", "D1"]


@pytest.mark.parametrize(("value", "least", "most"), [(4.0, 0, 0), (8.0, 1, 1), (12.0, 1.9, 2.1), (-4.0, 1.9, 2.1)])
def test_nearness_is_one_at_the_limit_and_grows_beyond(value, least, most):
    from sensors.catalogue import CATALOGUE

    assert least <= nearness(CATALOGUE["fridge_temp_humidity"].metric("temperature"), value) <= most


@pytest.mark.parametrize("asked", [None, "", "street:", "house:1", 7, "unit:" + "x" * 500, "city:1"])
def test_a_scope_that_does_not_exist_is_refused_in_words(asked):
    with pytest.raises(ValueError, match="a scope is"):
        parse(asked)


def test_a_unit_nobody_registered_cannot_be_watched():
    assert missing(fold(EMPTY, A_STREET), Scope("unit", "U9")) == "there is no unit U9"


# --- a client that applies frames ends where a snapshot would be ----------------------------------------------


A_CORNER = Scope("street", "s1")


def shown(whole: dict) -> dict:
    return {
        "units": {row[0]: row for row in whole["units"]},
        "readings": {(row[0], row[1]): row for row in whole["readings"]},
        "devices": {row[0]: row[:6] for row in whole["devices"]},
        "alarms": {alarm["id"]: alarm for alarm in whole["alarms"]},
    }


def painted(screen: dict, frame: dict | None) -> dict:
    """What a page does with a frame."""
    if frame is None:
        return screen
    for row in frame["units"]:
        screen["units"][row[0]] = row
        if row[2] is None:
            del screen["units"][row[0]]
    for row in frame["readings"]:
        screen["readings"][row[0], row[1]] = row
    for alarm in frame["alarms"]:
        screen["alarms"][alarm["id"]] = alarm
        if alarm["state"] == "cleared":
            del screen["alarms"][alarm["id"]]
    return screen


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(any_event, min_size=1, max_size=6), max_size=8), st.sampled_from([CITY, Scope("street", "s1")])
)
def test_frames_bring_a_screen_to_the_same_units_and_alarms_as_a_snapshot(windows, scope):
    city = fold(EMPTY, A_STREET)
    screen = shown(snapshot(city, scope, NOON))
    for window in windows:
        touched = Touched()
        for event in window:
            touched.add(event)
        before, city = city, fold(city, window)
        painted(screen, difference(before, city, touched, scope, NOON))
    whole = shown(snapshot(city, scope, NOON))
    assert screen["units"] == whole["units"]
    assert {id: alarm["level"] for id, alarm in screen["alarms"].items()} == {
        id: alarm["level"] for id, alarm in whole["alarms"].items()
    }


def test_the_strip_is_told_only_when_a_figure_changed():
    city = fold(EMPTY, A_STREET)
    first = frames.changed_kpi(None, city, CITY, NOON)
    assert frames.changed_kpi(first, city, CITY, NOON + timedelta(seconds=5)) is None
    busier = fold(city, [an_alarm()])
    assert frames.changed_kpi(first, busier, CITY, datetime.now(UTC))["alarms_open"]["2"] == 1
