"""From files and posted facts, through the judges, to the answers of the API."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scoring.worker import Worker
from sensors.city.diary import Diary
from sensors.city.registry import as_csv, build

ZONE = ZoneInfo("Asia/Shanghai")
UNITS, SEED = 12, 7


@pytest.fixture
def judged(api, database):
    """Lets the judges catch up with everything that was told."""
    city = build(UNITS, SEED)
    for table, rows in city._asdict().items():
        answer = api.post(f"/import/{table}", as_csv(rows))
        assert answer.status == 200, answer.body[:500]
        assert answer.json["imported"] == len(rows)
    with Worker(database, ZONE) as worker:
        worker.recover()

        def catch_up() -> None:
            while worker.step(datetime.now(UTC)):
                pass

        yield api, city, catch_up


def test_a_city_that_registers_and_reports_is_judged_and_says_why(judged):
    api, city, catch_up = judged
    diary = Diary(city, SEED, ZONE)
    facts = [diary.wire(entry) for entry in diary.past(datetime.now(UTC).timestamp())]
    answer = api.post("/events", facts)
    assert answer.status == 201, answer.body[:500]
    assert len(answer.json["ids"]) == len(facts)
    catch_up()
    units = api.get("/units").json["items"]
    assert len(units) == UNITS
    scored = next(unit for unit in units if unit["index"] is not None)
    why = api.get(f"/units/{scored['id']}/index").json
    assert why["total"] == pytest.approx(scored["index"], abs=0.1)
    assert sum(one["points"] for one in why["indicators"]) == pytest.approx(why["total"], abs=0.1)
    named = {fact for one in why["indicators"] for fact in one["facts"]}
    known = {fact["id"] for fact in api.get(f"/units/{scored['id']}/timeline?limit=1000").json["items"]}
    assert named & known
    assert api.get("/city").json["index_mean"] is not None


def test_a_smoking_kitchen_is_one_alarm_that_somebody_takes_charge_of(judged):
    api, city, catch_up = judged
    device = {"id": f"{city.units[0].id}-SMOKE", "unit_id": city.units[0].id, "kind": "smoke_alarm"}
    assert api.post("/devices", device).status == 201
    catch_up()
    told = {"kind": "reading_taken", "device": device["id"], "metric": "smoke", "value": 1}
    assert api.post("/events", told).status == 201
    catch_up()
    (alarm,) = api.get(f"/alarms?device={device['id']}&state=open").json["items"]
    assert (alarm["level"], alarm["unit_id"], alarm["metric"]) == (1, device["unit_id"], "smoke")
    assert api.get(f"/alarms/{alarm['id']}").status == 200
    assert api.post(f"/alarms/{alarm['id']}/acknowledge", {"by": "李四"}).status == 200
    catch_up()
    now = api.get(f"/alarms/{alarm['id']}").json
    assert (now["state"], now["acknowledged_by"]) == ("acknowledged", "李四")
    shown = api.get(f"/devices/{device['id']}").json
    assert [(one["metric"], one["value"]) for one in shown["readings"]] == [("smoke", 1)]
    assert api.get("/city").json["alarms_open"]["1"] == 1
