import pytest

from scoring.rules import WrongRule, change, default_bodies, ensure_defaults, load, load_versions, reset
from scoring.rules.checks import check
from sensors.catalogue import CATALOGUE
from streaming.events import RuleChanged
from streaming.log.postgres import PostgresLog

FRIDGE = "alarm/fridge_temp_humidity/temperature"
BODY = default_bodies()[FRIDGE]


def test_every_shipped_row_passes_its_own_check():
    for key, body in default_bodies().items():
        assert check(key, body) == body


def test_every_limit_of_the_catalogue_is_a_row():
    limits = sum(len(metric.limits) for kind in CATALOGUE.values() for metric in kind.metrics)
    assert sum(1 for body in default_bodies().values() if "device_kind" in body) == limits > 20


@pytest.mark.parametrize(
    ("key", "changes", "field"),
    [
        (FRIDGE, {"dwell_seconds": -1}, "dwell_seconds"),
        (FRIDGE, {"dwell_seconds": "soon"}, "dwell_seconds"),
        (FRIDGE, {"level": 5}, "level"),
        (FRIDGE, {"level": True}, "level"),
        (FRIDGE, {"high": float("nan")}, "high"),
        (FRIDGE, {"low": 9, "high": 8}, "low"),
        (FRIDGE, {"low": None, "high": None}, "high"),
        (FRIDGE, {"then": [[60, 9]]}, "then"),
        (FRIDGE, {"when": "at night"}, "when"),
        (FRIDGE, {"colour": "red"}, "colour"),
        (FRIDGE, {"device_kind": "gas_alarm"}, "device_kind"),
        (f"{FRIDGE}@palace", {}, "key"),
        ("alarm/toaster/temperature", {}, "key"),
        ("alarm/fridge_temp_humidity/pressure", {}, "key"),
        ("weather", {}, "key"),
    ],
)
def test_a_wrong_row_is_refused_with_the_field_the_value_and_what_is_allowed(key, changes, field):
    with pytest.raises(WrongRule) as refused:
        check(key, {**BODY, **changes})
    assert refused.value.field == field
    assert "allowed is" in str(refused.value)


def test_index_rows_are_checked_down_to_the_last_number():
    weights = default_bodies()["index/weights"]
    with pytest.raises(WrongRule, match=r"weights\.fire"):
        check("index/weights", {**weights, "fire": "much"})
    indicators = default_bodies()["index/indicators"]
    with pytest.raises(WrongRule, match="half_life_days"):
        check("index/indicators", {**indicators, "ratings": {**indicators["ratings"], "half_life_days": 0}})


def test_a_changed_row_is_a_new_version_with_who_and_why_and_is_told(database, connection):
    ensure_defaults(connection)
    assert change(connection, FRIDGE, {**BODY, "high": 6}, by="Li Na", why="summer") == 2
    assert load(connection).body(FRIDGE)["high"] == 6
    row = connection.execute("SELECT changed_by, why FROM rule WHERE key = %s AND version = 2", (FRIDGE,)).fetchone()
    assert row == ("Li Na", "summer")
    told = [event for batch in PostgresLog(database).read(0) for event in batch.events]
    assert [(type(event), event.rule, event.version, event.by) for event in told] == [(RuleChanged, FRIDGE, 2, "Li Na")]


def test_the_rules_of_an_earlier_moment_can_still_be_asked_for(connection):
    ensure_defaults(connection)
    change(connection, FRIDGE, {**BODY, "high": 6}, by="Li Na", why="summer")
    assert load_versions(connection, {FRIDGE: 1}).body(FRIDGE)["high"] == 8


def test_a_refused_row_leaves_nothing_behind(database, connection):
    ensure_defaults(connection)
    with pytest.raises(WrongRule):
        change(connection, FRIDGE, {**BODY, "level": 0}, by="Li Na", why="")
    assert load(connection).versions()[FRIDGE] == 1
    assert PostgresLog(database).read(0) == []


def test_shipped_rows_do_not_overwrite_what_people_changed(connection):
    ensure_defaults(connection)
    change(connection, FRIDGE, {**BODY, "high": 6}, by="Li Na", why="summer")
    assert ensure_defaults(connection) == 0
    assert load(connection).body(FRIDGE)["high"] == 6


def test_a_reset_row_is_as_shipped_in_a_new_version(connection):
    ensure_defaults(connection)
    change(connection, f"{FRIDGE}@school", {**BODY, "business_type": "school", "high": 4}, by="Li Na", why="strict")
    assert reset(connection, f"{FRIDGE}@school", by="Li Na", why="too strict") == 2
    assert load(connection).limits("fridge_temp_humidity", "temperature", "school")[0].high == 8
