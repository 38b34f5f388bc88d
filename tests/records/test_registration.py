from datetime import timedelta

import psycopg
import pytest

from records.exchange import ROOMS, export_table
from records.sheet import ImportRefused
from streaming.log.postgres import PostgresLog
from tests.small_registry import AREAS, DEVICES, LICENCES, NOON, PEOPLE, UNITS, a_small_registry, imported

HEADER = UNITS.splitlines()[0]
LATER = NOON + timedelta(hours=1)
TEXTS = {"areas": AREAS, "units": UNITS, "devices": DEVICES, "licences": LICENCES, "people": PEOPLE}


@pytest.fixture
def registry(connection):
    a_small_registry(connection)
    return connection


def units(connection) -> dict[str, str]:
    return dict(connection.execute("SELECT id, name FROM unit ORDER BY id").fetchall())


def facts(connection, kind: str) -> int:
    return connection.execute("SELECT count(*) FROM fact WHERE kind = %s", (kind,)).fetchone()[0]


def refused(connection, what: str, text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(ImportRefused) as refusal:
        imported(connection, what, text, now=LATER)
    assert all(one.reason for one in refusal.value.report.rejected)
    return [(one.row, one.field, one.value) for one in refusal.value.report.rejected]


def test_an_import_tells_the_log_what_is_now_true(registry, database):
    told = [event for batch in PostgresLog(database).read(after=0) for event in batch.events]
    unit = next(event for event in told if type(event).__name__ == "UnitRegistered" and event.unit == "U000001")
    assert (unit.area, unit.street, unit.opens_at, unit.name_en) == (
        "dongsheng", "dongsheng-s01", "06:30", "Old Suiyuan Shaomai",
    )  # fmt: skip
    areas = [event.area for event in told if type(event).__name__ == "AreaDrawn"]
    assert areas.index("ordos") < areas.index("dongsheng") < areas.index("dongsheng-s01")


@pytest.mark.parametrize("what", list(ROOMS))
def test_the_same_file_again_changes_and_tells_nothing(registry, database, what):
    head = PostgresLog(database).head()
    report = imported(registry, what, TEXTS[what], now=LATER)
    assert (report.imported, report.changed, report.unchanged) == (0, 0, TEXTS[what].count("\n") - 1)
    assert PostgresLog(database).head() == head


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("what", list(ROOMS))
def test_an_exported_file_imports_again_unchanged(registry, what, form):
    report = imported(registry, what, export_table(registry, what, form), now=LATER)
    assert (report.imported, report.changed, report.unchanged) == (0, 0, TEXTS[what].count("\n") - 1)
    assert report.ignored_columns == []


def test_only_changed_rows_are_told(registry):
    report = imported(registry, "units", UNITS.replace("交通路1号", "交通路2号"), now=LATER)
    assert (report.imported, report.changed, report.unchanged) == (0, 1, 1)
    assert facts(registry, "unit_registered") == 3


def test_chinese_column_names_and_business_types_are_understood(registry):
    text = "单位编号,单位名称,统一社会信用代码,经营业态,街道编号,备注\nU9,饮品店,,饮品店,dongsheng-s01,无\n"
    report = imported(registry, "units", text.encode("gb18030"))
    assert (report.imported, report.ignored_columns) == (1, ["备注"])
    assert registry.execute("SELECT business_type FROM unit WHERE id = 'U9'").fetchone() == ("beverage",)


def test_a_column_that_the_file_lacks_stays_and_an_empty_cell_empties(registry):
    imported(registry, "units", "id,name,address\nU000001,新名字,\n", now=LATER)
    row = registry.execute("SELECT name, address, social_credit_code, opens_at::text FROM unit WHERE id = 'U000001'")
    assert row.fetchone() == ("新名字", "", "91110000600037341L", "06:30:00")


def test_a_new_unit_needs_what_the_file_does_not_have(registry):
    wrong = refused(registry, "units", "id,name\nU7,新店\n")
    assert wrong == [(2, "business_type", ""), (2, "street_id", "")]


WRONG_UNITS = f"""{HEADER}
U10,好店,,,small,dongsheng-s01,,39.8,110,,,,
U11,坏店,,123,small,dongsheng-s01,,,,,,,
U12,坏店,,,bar,dongsheng-s01,,,,,,,
U13,坏店,,,small,atlantis,,,,,,,
U14,坏店,,,small,dongsheng,,,,,,,
U15,坏店,,,small,dongsheng-s01,,99,110,,,,
U16,坏店,,,small,dongsheng-s01,,39.8,,,,,
U17,坏店,,91110000600037341L,small,dongsheng-s01,,,,,,,
U10,又一个,,,small,dongsheng-s01,,,,,,,
U18,,,,small,dongsheng-s01,,,,,,25:00,
"""


def test_every_wrong_cell_is_named_and_nothing_is_imported(registry):
    before = units(registry)
    assert refused(registry, "units", WRONG_UNITS) == [
        (3, "social_credit_code", "123"), (4, "business_type", "bar"), (5, "street_id", "atlantis"),
        (6, "street_id", "dongsheng"), (7, "latitude", "99"), (8, "longitude", ""),
        (9, "social_credit_code", "91110000600037341L"), (10, "id", "U10"), (11, "name", ""), (11, "opens_at", "25:00"),
    ]  # fmt: skip
    assert units(registry) == before
    assert facts(registry, "unit_registered") == 2


def test_on_request_the_good_rows_are_taken(registry):
    report = imported(registry, "units", WRONG_UNITS, accept_valid=True, now=LATER)
    assert (report.imported, len(report.rejected)) == (1, 10)
    assert units(registry)["U10"] == "好店"
    assert not units(registry).keys() & {"U11", "U12", "U13", "U14", "U15", "U16", "U17", "U18"}


def test_a_code_that_two_rows_share_is_refused_in_the_second(registry):
    code = "91150600MA0N2RRX1L"
    from stdnum.cn import uscc

    code = code[:17] + uscc.calc_check_digit(code[:17])
    rows = f"U20,a,,{code},small,dongsheng-s01,,,,,,,\nU21,b,,{code.lower()},small,dongsheng-s01,,,,,,,\n"
    assert refused(registry, "units", f"{HEADER}\n{rows}") == [(3, "social_credit_code", code)]


def test_units_without_ids_get_new_ones_and_are_known_the_second_time(registry):
    text = "name,business_type,street_id\n一号店,small,dongsheng-s01\n二号店,small,dongsheng-s01\n"
    assert imported(registry, "units", text).imported == 2
    assert {"U000003", "U000004"} < units(registry).keys()
    again = imported(registry, "units", text, now=LATER)
    assert (again.imported, again.unchanged) == (0, 2)


def test_a_unit_without_an_id_is_known_by_its_credit_code(registry):
    text = "name,social_credit_code,business_type,street_id\n改名,91110000600037341L,medium,dongsheng-s01\n"
    report = imported(registry, "units", text, now=LATER)
    assert (report.imported, report.changed) == (0, 1)
    assert units(registry)["U000001"] == "改名"


def test_a_file_without_a_known_column_is_refused_naming_the_columns(registry):
    assert refused(registry, "units", "foo,bar\n1,2\n") == [(1, "id", "foo,bar")]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("a,nowhere,street,x", (2, "parent_id", "nowhere")),
        ("a,,street,x", (2, "parent_id", "")),
        ("a,ordos,city,x", (2, "parent_id", "ordos")),
        ("a,dongsheng-s01,banner,x", (2, "parent_id", "dongsheng-s01")),
        ("a,ordos,galaxy,x", (2, "kind", "galaxy")),
        ("a/b,ordos,banner,x", (2, "id", "a/b")),
    ],
)
def test_an_area_that_does_not_fit_into_the_tree_is_refused(registry, rows, wrong):
    assert refused(registry, "areas", f"id,parent_id,kind,name\n{rows}\n") == [wrong]


def test_with_a_wrong_area_go_those_that_lie_in_it(registry):
    text = "id,parent_id,kind,name\nb,nowhere,banner,b\nb-s,b,street,s\nok,ordos,banner,ok\n"
    report = imported(registry, "areas", text, accept_valid=True)
    assert (report.imported, [one.row for one in report.rejected]) == (1, [2, 3])


def test_a_street_that_moves_takes_its_units_along(registry):
    text = "id,parent_id\ndongsheng-s01,kangbashi\n"
    imported(registry, "areas", text, now=LATER)
    row = registry.execute("SELECT banner_id, area_path FROM unit WHERE id = 'U000001'").fetchone()
    assert row == ("kangbashi", "ordos/kangbashi/dongsheng-s01")
    assert facts(registry, "unit_registered") == 3


def test_licences_need_their_unit_and_days_in_order(registry):
    header = LICENCES.splitlines()[0]
    rows = "U999,food_license,1,,\nU000002,食品经营许可证,2,2026-01-01,2025-01-01\n"
    assert refused(registry, "licences", f"{header}\n{rows}") == [
        (2, "unit_id", "U999"),
        (3, "expires_on", "2025-01-01"),
    ]


def test_names_of_people_stay_out_of_what_is_told(registry):
    bodies = registry.execute("SELECT body::text FROM fact WHERE kind = 'person_recorded'").fetchall()
    assert len(bodies) == 2
    assert not any("李四" in body or "王五" in body for (body,) in bodies)


def test_an_import_is_all_or_nothing_when_the_connection_breaks(registry, database):
    with psycopg.connect(database) as other, pytest.raises(psycopg.Error), other.transaction():
        imported(other, "units", f"{HEADER}\nU30,新店,,,small,dongsheng-s01,,,,,,,\n")
        other.execute("SELECT 1 / 0")
    assert "U30" not in units(registry)
    assert facts(registry, "unit_registered") == 2


def test_an_import_wakes_everybody_who_keeps_the_registry_in_memory(registry, database):
    with psycopg.connect(database, autocommit=True) as listener:
        listener.execute("LISTEN sunshine_registry")
        imported(registry, "devices", DEVICES.replace("1号冷藏柜", "2号冷藏柜"), now=LATER)
        assert list(listener.notifies(timeout=5, stop_after=1))
