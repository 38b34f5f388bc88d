"""How areas stand: counted where units are, added up, and told with the numbers behind each share."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.json import Jsonb

from records.areas import dimensions, roll, tree
from records.areas.chosen import Chosen
from records.areas.hazards import hazards
from records.areas.statistics import Moment, counted, standing
from tests.judged_city import a_heard_device, a_judged_unit, an_alarm
from tests.small_registry import a_small_registry

NOW = datetime(2026, 6, 18, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
MOMENT = Moment(NOW)


def a_fact(connection, kind: str, unit: str, hours_ago: float = 1, **body) -> None:
    at = NOW - timedelta(hours=hours_ago)
    connection.execute(
        "INSERT INTO fact (id, kind, unit_id, at, body) VALUES (gen_random_uuid()::text, %s, %s, %s, %s)",
        (kind, unit, at, Jsonb(body)),
    )


@pytest.fixture
def judged(connection):
    connection.execute("SET timezone = 'Asia/Shanghai'")
    a_small_registry(connection)
    a_judged_unit(connection, "U000001", 87.4, "green")
    a_judged_unit(connection, "U000002", 52.0, "red")
    a_heard_device(connection, "U000001-FR1", online=True)
    a_heard_device(connection, "U000001-CAM1", online=False)
    an_alarm(connection, "A1", level=1)
    an_alarm(connection, "A2", level=4)  # informs, is no alarm to act on
    connection.execute("UPDATE licence SET expires_on = '2026-06-30' WHERE kind = 'food_license'")
    return connection


def standing_of(connection, path: str, chosen: Chosen | None = None):
    return standing(counted(connection, chosen or Chosen(), MOMENT)[path])


def test_streets_add_up_to_banners_and_the_city(judged):
    city, banner = standing_of(judged, "ordos"), standing_of(judged, "ordos/dongsheng")
    assert (city["units"], city["index"]) == (2, 69.7)
    assert city["colours"] == {"green": 1, "blue": 0, "yellow": 0, "red": 1, "none": 0}
    assert (banner["units"], banner["index"], banner["alarms"]) == (1, 87.4, {1: 1, 2: 0, 3: 0})
    assert banner["online_rate"] == 0.5
    assert standing_of(judged, "ordos/dongsheng/dongsheng-s01") == banner


def test_what_was_never_heard_of_is_not_known_instead_of_nothing(judged):
    there = standing_of(judged, "ordos/kangbashi")  # one smoke detector that never spoke
    assert (there["devices"], there["online"], there["online_rate"], there["rectified"]) == (1, None, None, None)


def test_licences_of_this_calendar_month_count_until_its_last_day(judged):
    assert standing_of(judged, "ordos")["expiring"] == 1
    judged.execute("UPDATE licence SET expires_on = '2026-07-01' WHERE kind = 'food_license'")
    assert standing_of(judged, "ordos")["expiring"] == 0


def test_today_begins_at_the_citys_midnight(judged):
    a_fact(judged, "self_inspection_done", "U000001", hours_ago=12.1, round="daily_control", on_time=True)
    assert standing_of(judged, "ordos")["inspected"] == 0
    a_fact(judged, "self_inspection_done", "U000001", hours_ago=11.9, round="daily_control", on_time=True)
    a_fact(judged, "self_inspection_done", "U000002", hours_ago=1, round="weekly_screening", on_time=True)
    assert standing_of(judged, "ordos")["inspected"] == 1


def test_a_rectification_is_open_until_its_own_is_closed(judged):
    due = (NOW - timedelta(days=1)).isoformat()
    a_fact(judged, "rectification_ordered", "U000001", 50, rectification="R1", due_at=due)
    a_fact(judged, "rectification_ordered", "U000001", 40, rectification="R2", due_at=due)
    a_fact(judged, "rectification_closed", "U000001", 3, rectification="R1")
    here = standing_of(judged, "ordos/dongsheng")
    assert (here["ordered"], here["closed"], here["overdue"], here["rectified"]) == (2, 1, 1, 0.5)
    found = hazards(judged, Chosen("ordos/dongsheng"), MOMENT)
    assert [row["id"] for row in found["rectifications"]] == ["R2"] and found["rectifications"][0]["overdue"]
    assert [alarm["id"] for alarm in found["alarms"]] == ["A1"]
    assert hazards(judged, Chosen("ordos/kangbashi"), MOMENT) == {"alarms": [], "rectifications": []}


def test_a_choice_of_type_and_colour_narrows_every_figure(judged):
    schools = standing_of(judged, "ordos", Chosen(type="school"))
    assert (schools["units"], schools["index"], schools["devices"], schools["open"]) == (1, 52.0, 1, 0)
    assert standing_of(judged, "ordos", Chosen(colour="green"))["devices"] == 2
    assert standing_of(judged, "ordos", Chosen(type="school", colour="green"))["units"] == 0


def test_each_of_the_five_dimensions_tells_the_numbers_behind_it(judged):
    a_fact(judged, "inspection_finished", "U000002", 24, passed=False)
    a_fact(judged, "inspection_finished", "U000001", 24 * 91, passed=True)  # too long ago
    for hours in (30, 31, 55):  # yesterday twice, and the day before
        a_fact(judged, "self_inspection_done", "U000001", hours, round="daily_control", on_time=hours != 55)
    sums, days = dimensions.regional(judged, Chosen(), MOMENT)
    found = dimensions.dimensions(sums["ordos"], days)
    assert days == 2
    assert found["openness"] == {"rate": 0.5, "part": 1, "whole": 2}  # the camera is public
    assert found["certificates"] == {"rate": 0.5, "part": 3, "whole": 6}  # 2 licences and 1 person of 2 x 2 + 2
    assert found["patrols"] == {"rate": 0.5, "part": 1, "whole": 2}
    assert found["self_inspection"] == {"rate": 0.25, "part": 1, "whole": 4}
    assert found["completeness"]["part"] == 7 + 2 and found["completeness"]["whole"] == 16
    assert dimensions.numbers(sums["ordos"])["failed"] == 1
    assert dimensions.dimensions(sums["ordos/nowhere"], days)["patrols"]["rate"] is None


def test_units_are_filtered_sorted_and_paged(judged):
    def ids(**asked):
        return [row["id"] for row in roll.units(judged, roll.Asked(**{"chosen": Chosen(), **asked}), MOMENT)]

    assert ids() == ["U000002", "U000001"] and ids(down=True) == ["U000001", "U000002"]
    assert ids(limit=1, offset=1) == ["U000001"]
    assert ids(q="烧麦") == ["U000001"] and ids(q="%") == []
    assert ids(licence="month") == ["U000001"] and ids(licence="expired") == []
    assert ids(attention="open") == ["U000001"] and ids(attention="offline") == ["U000001"]
    assert ids(sort="expires", down=True) == ["U000001", "U000002"]  # not known comes last either way
    assert roll.count(judged, roll.Asked(Chosen("ordos/kangbashi")), MOMENT)["red"] == 1


def test_how_an_area_stood_is_told_only_while_it_is_near_enough(judged):
    def written(hours: float, index: float) -> None:
        judged.execute(
            "INSERT INTO city_trend (area_id, at, units, indexed, index_mean, green, blue, yellow, red)"
            " VALUES ('dongsheng', %s, 1, 1, %s, 1, 0, 0, 0)",
            (NOW - timedelta(hours=hours), index),
        )

    written(26, 80.0)  # too long before yesterday at this time
    assert tree.before(judged, NOW) == {}
    written(24.1, 84.0)
    written(1.1, 86.04)
    assert tree.before(judged, NOW) == {"dongsheng": {"day": 84.0, "hour": 86.0}}
