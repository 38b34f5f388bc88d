import pytest
from psycopg.types.json import Jsonb

from scoring.index import FoodSafetyIndex
from scoring.rules import WrongRule, change, default_bodies, ensure_defaults, load, load_versions, reset
from scoring.rules.checks import check
from sensors.catalogue import CATALOGUE
from streaming.events import RuleChanged
from streaming.log.postgres import PostgresLog
from tests.scoring.kitchens import (
    NOON,
    Watched,
    a_device,
    a_licence,
    a_reading,
    a_unit,
    after,
    an_inspection_by_itself,
)

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


def test_a_row_stored_by_an_older_product_is_completed_by_what_is_shipped(connection):
    ensure_defaults(connection)
    shipped = default_bodies()["index/indicators"]
    old = {key: value for key, value in shipped.items() if key != "rectification"}
    old["cold_chain"] = {**shipped["cold_chain"], "share": 7}
    del old["cold_chain"]["warm_up_hours"]
    # Versions are only ever added, so this is how an older product would have left it.
    connection.execute(
        "INSERT INTO rule (key, version, body, changed_by, why) VALUES ('index/indicators', 2, %s, 'Li Na', 'before')",
        (Jsonb(old),),
    )
    body = load(connection).body("index/indicators")
    assert body["rectification"] == shipped["rectification"]
    assert body["cold_chain"] == {**shipped["cold_chain"], "share": 7}
    index = FoodSafetyIndex(load(connection))
    assert index.apply(an_inspection_by_itself()) and index.score("U1", after(1)).coverage > 0


def test_an_alarm_row_without_a_newer_field_still_raises(connection):
    ensure_defaults(connection)
    for key in (FRIDGE, "alarm/licence/expiry", "alarm/offline/device"):
        kept = {name: value for name, value in default_bodies()[key].items() if name in ("device_kind", "metric")}
        connection.execute("INSERT INTO rule (key, version, body) VALUES (%s, 2, %s)", (key, Jsonb(kept)))
    kitchen = Watched(load(connection))
    kitchen.hear(a_unit(), a_licence(expires_on=NOON.date()), a_device())
    kitchen.hear(*[a_reading(12, minutes) for minutes in range(0, 35, 5)])
    kitchen.tick(31)
    assert sorted(alarm.rule for alarm in kitchen.raised) == [
        "alarm/fridge_temp_humidity/temperature",
        "alarm/licence/expiry",
    ]


def test_an_older_row_can_be_changed_without_naming_what_is_new(connection):
    ensure_defaults(connection)
    weights = default_bodies()["index/weights"]
    old = {name: value for name, value in weights.items() if name != "min_coverage"}
    change(connection, "index/weights", {**old, "fire": 20}, by="Li Na", why="gas")
    assert load(connection).body("index/weights") == {**weights, "fire": 20}
