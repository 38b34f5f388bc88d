"""What the unit page, the comparison and the list of expiring papers answer, and to whom."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import json

from bench import town
from command_center import licences, units
from command_center.house import House
from command_center.visits import Visits
from layouts.shell import Site
from layouts.texts import Words, catalogue
from records.licences.expiry import days, papers, today_in
from records.units.timeline import GROUPS
from streaming.events import (
    KINDS,
    ComplaintFiled,
    Event,
    MorningCheckDone,
    RatingGiven,
    SelfInspectionDone,
    encode,
    kind_of,
)
from streaming.settings import Settings
from tests.people import headers, signed_in

NOW = datetime.now(UTC).replace(microsecond=0)
CITY = ZoneInfo("Asia/Shanghai")
NOT_OF_A_UNIT = {"reading_taken", "area_drawn", "rule_changed"}


@pytest.fixture
def small(database, connection):
    """The first nine units stand in one street and have a licence each."""
    city = town.register(database, 60, cameras=False)
    first = [unit.id for unit in city.units[:9]]
    connection.execute(
        "UPDATE unit SET street_id = one.street_id, banner_id = one.banner_id, area_path = one.area_path"
        "  FROM unit one WHERE one.id = %s AND unit.id = ANY (%s)",
        (first[0], first),
    )
    connection.execute(
        "INSERT INTO licence (unit_id, kind, number) SELECT unnest(%s::text[]), 'food_license', 'JY1'", (first,)
    )
    connection.execute(
        "INSERT INTO person (id, unit_id, name, role) SELECT 'P' || n, %s, '苏日娜', 'practitioner'"
        "  FROM generate_series(1, 3) n",
        (first[0],),
    )
    return city


@pytest.fixture
def asking(database, small):
    """GETs a path as somebody; the house is not served."""
    settings = Settings(database_url=database, _env_file=None)
    site = Site("command_center", language="zh")
    visits = Visits(site.server, settings)
    house = House(site, visits, None, settings, Words("zh"))
    units.add(house)
    licences.add(house)

    def get(path, secret=None):
        known = headers(secret or signed_in(database))
        return site.server.test_client(use_cookies=False).get(path, headers=known, buffered=True)

    yield get
    visits.service.close()
    visits.viewers.close()


def tell(connection, *events: Event):
    for event in events:
        connection.execute(
            "INSERT INTO fact (id, kind, unit_id, at, body) VALUES (%s, %s, %s, %s, %s::jsonb)",
            (event.key, kind_of(event), event.unit, event.at, encode([event]).decode()[1:-1]),
        )


def judge(connection, unit, at, total, colour="green", previous=None, moved=()):
    result = {
        "previous": previous,
        "total": total,
        "moved": list(moved),
        "reasons": [],
        "indicators": [],
        "dimensions": {},
    }
    connection.execute(
        "INSERT INTO unit_index (unit_id, at, total, colour, grade, coverage, result)"
        " VALUES (%s, %s, %s, %s, 'good', 0.8, %s::jsonb)",
        (unit, at, total, colour, json.encode(result).decode()),
    )


def body(answer):
    assert answer.status_code == 200, answer.data
    return json.decode(answer.data)


# --- who sees what


def test_a_unit_outside_the_grid_is_answered_like_one_that_does_not_exist(asking, database, small):
    mine = small.units[0]
    other = next(unit for unit in small.units[9:] if unit.street_id != mine.street_id)
    clerk = signed_in(database, "clerk", areas=(mine.street_id,))
    assert body(asking(f"/data/units/{mine.id}/file", clerk))["id"] == mine.id
    for question in ("file", "index", "moves", "facts", "alarms", "neighbours"):
        answers = [asking(f"/data/units/{id}/{question}", clerk) for id in (other.id, "U999999")]
        assert [(answer.status_code, answer.data) for answer in answers] == [(404, answers[0].data)] * 2
    found = body(asking(f"/data/compare/units?units={mine.id},{other.id}", clerk))
    assert [unit["id"] for unit in found] == [mine.id]
    near = body(asking(f"/data/units/{mine.id}/neighbours", clerk))["nearest"]
    assert near and other.id not in [unit["id"] for unit in near]


def test_names_are_masked_without_the_permission_and_seeing_them_is_written_down(asking, database, connection, small):
    unit = small.units[0].id
    connection.execute("UPDATE unit SET legal_person = '苏日娜', phone = '19070697989' WHERE id = %s", (unit,))
    wall = signed_in(database, "screen", roles=("wall",))
    masked = body(asking(f"/data/units/{unit}/file", wall))
    assert (masked["legal_person"], masked["phone"]) == ("苏*", "190****89")
    assert all(person["name"].endswith("*") for person in masked["people"])
    seen = "SELECT account_id, subject_id FROM audit WHERE action = 'viewed' AND subject = 'unit'"
    assert connection.execute(seen).fetchall() == []
    assert body(asking(f"/data/units/{unit}/file"))["phone"] == "19070697989"
    assert connection.execute(seen).fetchall() == [("somebody", unit)]


# --- the page


def test_the_newest_check_of_today_counts(asking, connection, small):
    unit = small.units[0].id
    early = NOW.astimezone(CITY).replace(hour=0, minute=0, second=1)
    check = {"unit": unit, "person": "P1"}
    tell(connection, MorningCheckDone(at=early, passed=False, **check))
    tell(connection, MorningCheckDone(at=early + timedelta(seconds=9), passed=True, **check))
    tell(connection, MorningCheckDone(at=early - timedelta(hours=1), passed=False, **check))
    people = {row["id"]: row for row in body(asking(f"/data/units/{unit}/file"))["people"]}
    assert people["P1"]["passed"] is True
    assert sum(row["checked_at"] is not None for row in people.values()) == 1


def test_the_line_begins_with_what_held_before_and_keeps_a_short_fall(asking, connection, small):
    unit = small.units[0].id
    judge(connection, unit, NOW - timedelta(days=9), 90.0)
    for seconds, total in ((0, 88.0), (1, 41.0), (2, 87.0)):
        judge(connection, unit, NOW - timedelta(hours=2) + timedelta(seconds=seconds), total)
    found = body(asking(f"/data/units/{unit}/index?span=7d"))
    assert [point["total"] for point in found["line"]] == [90.0, 41.0, 87.0]
    assert asking(f"/data/units/{unit}/index?span=9y").status_code == 422


def test_a_step_comes_with_the_facts_behind_it(asking, connection, small):
    unit = small.units[0].id
    rating = RatingGiven(unit=unit, at=NOW - timedelta(hours=1), stars=1)
    tell(connection, rating)
    judge(connection, unit, NOW - timedelta(hours=5), 90.0)
    moved = [{"indicator": "ratings", "before": 9.0, "after": 6.0, "facts": [rating.key, "reading:D:temperature:1"]}]
    judge(connection, unit, NOW - timedelta(minutes=50), 58.0, "red", 90.0, moved)
    found = body(asking(f"/data/units/{unit}/moves"))
    newest = found["steps"][0]
    assert (newest["colour_before"], newest["colour"], newest["total_before"]) == ("green", "red", 90.0)
    assert found["facts"][rating.key]["body"]["stars"] == 1


def test_facts_come_by_group_by_day_and_page_by_page(asking, connection, small):
    unit = small.units[0].id
    midnight = NOW.astimezone(CITY).replace(hour=0, minute=0, second=0) - timedelta(days=2)
    told = [RatingGiven(unit=unit, at=midnight + timedelta(minutes=n - 40), stars=5) for n in range(80)]
    late = ComplaintFiled(unit=unit, at=midnight + timedelta(days=1), complaint="7")
    tell(connection, *told, late, SelfInspectionDone(unit=unit, at=midnight, round="daily_control", on_time=True))
    path = f"/data/units/{unit}/facts?groups=public"
    first = body(asking(path))
    assert first["facts"][0]["id"] == late.key and first["more"] and first["counts"]["checks"] == 1
    last = first["facts"][-1]
    rest = body(asking(f"{path}&at={last['at'].replace('+', '%2B')}&after={last['id']}"))
    ids = [fact["id"] for fact in first["facts"] + rest["facts"]]
    assert len(ids) == len(set(ids)) == 81 and not rest["more"]
    day = (midnight - timedelta(days=1)).date()
    before = body(asking(f"{path}&day={day}"))["facts"]
    assert len(before) == 40 and before[0]["id"] == told[39].key
    upto = body(asking(f"{path}&fact={told[10].key}"))["facts"]
    assert upto[0]["id"] == told[10].key and len(upto) == 11


def test_every_kind_of_fact_has_a_group_and_a_sentence():
    kinds = {str(kind.__struct_config__.tag) for kind in KINDS}
    grouped = [kind for group in GROUPS.values() for kind in group]
    assert sorted(grouped) == sorted(kinds - NOT_OF_A_UNIT)
    said = {key.removeprefix("fact.") for key in catalogue("zh") if key.startswith("fact.")}
    assert [kind for kind in kinds if not any(one.startswith(kind) for one in said)] == []


def test_a_units_place_counts_only_units_that_are_judged(asking, connection, small):
    mine, other = small.units[0].id, small.units[1].id
    for unit, total in ((mine, 80.0), (other, 90.0)):
        connection.execute(
            "INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, as_of)"
            " VALUES (%s, %s, 'green', 'good', 1, '{}', now())",
            (unit, total),
        )
    assert body(asking(f"/data/units/{mine}/neighbours"))["street"] == {"of": 2, "place": 2, "mean": 85.0}


def test_more_than_four_are_not_compared(asking):
    answer = asking("/data/compare/units?units=a,b,c,d,e")
    assert answer.status_code == 422 and json.decode(answer.data)["most"] == 4


# --- expiring papers


def test_the_month_is_the_calendar_month_of_the_citys_own_clocks():
    before = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)
    assert days("month", today_in(CITY, before)) == (date(2026, 11, 1), date(2026, 11, 30))
    assert days("month", today_in(CITY, before + timedelta(seconds=1))) == (date(2026, 12, 1), date(2026, 12, 31))
    assert days("expired", date(2026, 12, 1))[1] == date(2026, 11, 30)


def test_a_licence_is_of_this_month_until_its_last_day_and_expired_after_it(connection, small):
    unit = small.units[0].id
    connection.execute(
        "UPDATE licence SET expires_on = '2026-11-30' WHERE unit_id = %s AND kind = 'food_license'", (unit,)
    )

    def found(within, day):
        return [row["days"] for row in papers(connection, "licences", within, day)]

    assert found("month", date(2026, 11, 30)) == [0] and found("expired", date(2026, 11, 30)) == []
    assert found("month", date(2026, 12, 1)) == [] and found("expired", date(2026, 12, 1)) == [-1]
    assert found("30", date(2026, 10, 31)) == [30] and found("30", date(2026, 10, 30)) == []
    connection.execute("UPDATE unit SET status = 'closed' WHERE id = %s", (unit,))
    assert found("expired", date(2026, 12, 1)) == []


def test_filters_count_what_they_list_and_the_export_is_what_is_listed(asking, connection, small):
    today = today_in(CITY, datetime.now(UTC))
    for n, unit in enumerate(small.units[:9]):
        connection.execute(
            "UPDATE licence SET expires_on = %s WHERE unit_id = %s AND kind = 'food_license'",
            (today + timedelta(days=5 * n), unit.id),
        )
    street = small.units[0].street_id
    wanted = [unit.id for unit in small.units[:7]]
    path = f"within=30&area={street}&sort=expires&down=1"
    found = body(asking(f"/data/licences?{path}"))
    assert [row["unit_id"] for row in found["rows"]] == wanted[::-1]
    assert found["counts"]["30"] == {"papers": len(wanted), "units": len(wanted)}
    table = asking(f"/data/licences.csv?{path}&lang=en")
    lines = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [line["Unit id"] for line in lines] == wanted[::-1]
    assert connection.execute("SELECT count(*) FROM audit WHERE action = 'exported'").fetchone()[0] == 1
    assert asking("/data/licences?sort=;drop").status_code == 422
