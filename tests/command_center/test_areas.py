"""What the pages of the city and of areas are answered, and to whom."""

import csv
import io

import pytest
from msgspec import json

from command_center import areas
from command_center.house import House
from command_center.visits import Visits
from layouts.shell import Site
from layouts.texts import Words
from streaming.settings import Settings
from tests.judged_city import a_judged_unit
from tests.people import headers, signed_in
from tests.small_registry import a_small_registry

OFFICER = {"id": "officer", "roles": ("enforcement_officer",), "areas": ("dongsheng",)}


@pytest.fixture
def asking(database, connection):
    """GETs a path as somebody; the house is not served."""
    a_small_registry(connection)
    a_judged_unit(connection, "U000001", 87.4, "green")
    a_judged_unit(connection, "U000002", 52.0, "red")
    connection.commit()
    site = Site("command_center", language="zh")
    visits = Visits(site.server, settings := Settings(database_url=database, _env_file=None))
    areas.add(House(site, visits, None, settings, Words("zh")))

    def get(path, **person):
        known = headers(signed_in(database, **person))
        return site.server.test_client(use_cookies=False).get(path, headers=known, buffered=True)

    yield get
    visits.service.close()
    visits.viewers.close()


def body(answer):
    assert answer.status_code == 200, answer.data
    return json.decode(answer.data)


def test_a_clerk_of_one_banner_finds_no_other_by_any_question(asking):
    rows = {row["id"]: row for row in body(asking("/data/places", **OFFICER))["areas"]}
    assert set(rows) == {"ordos", "dongsheng", "dongsheng-s01", "dongsheng-s02"}
    assert rows["ordos"]["units"] == 1  # the city is named, what is counted in it is the clerk's own part
    for path in ("/data/areas/kangbashi/statistics", "/data/areas/kangbashi/hazards", "/data/areas/nowhere/statistics",
                 "/data/places/units?area=kangbashi", "/data/places/units.csv?area=kangbashi-s01"):  # fmt: skip
        answer = asking(
            path,
            **OFFICER,
        )
        assert answer.status_code == 404, path
    assert [unit["id"] for unit in body(asking("/data/places/units", **OFFICER))["units"]] == ["U000001"]


def test_an_area_is_compared_with_the_one_above_only_by_who_sees_all_of_that(asking):
    assert body(asking("/data/areas/dongsheng/statistics"))["above"]["id"] == "ordos"
    assert body(asking("/data/areas/dongsheng/statistics", **OFFICER))["above"] is None
    assert body(asking("/data/areas/dongsheng-s01/statistics", **OFFICER))["above"]["id"] == "dongsheng"


def test_filters_narrow_and_what_is_no_filter_is_refused(asking):
    rows = {row["id"]: row for row in body(asking("/data/places?type=school"))["areas"]}
    assert (rows["ordos"]["units"], rows["dongsheng"]["units"]) == (1, 0)
    found = body(asking("/data/places/units?colour=green&sort=name&down=1"))
    assert [unit["id"] for unit in found["units"]] == ["U000001"] and found["count"]["total"] == 1
    assert asking("/data/places?type=palace").status_code == 422
    assert asking("/data/places/units?sort=unit.name;--").status_code == 422


def test_the_table_goes_along_as_a_file_in_the_language_of_the_page(asking, connection):
    answer = asking("/data/places/units.csv?colour=red&lang=en")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Id", "Unit"] and rows[1][:2] == ["U000002", "No. 1 School Canteen"]
    assert len(rows) == 2
    assert connection.execute("SELECT subject FROM audit WHERE action = 'exported'").fetchall() == [("units",)]
    assert (
        asking("/data/places/units.csv", id="kitchen", roles=("safety_officer",), units=("U000001",)).status_code == 403
    )
