"""The device page's questions: lists, failures, one chart with its limits."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from command_center.curves import Asked, chart
from records.devices import file, listing, table
from records.devices.failures import failures
from records.devices.listing import Wanted
from scoring.rules import ensure_defaults
from tests.few_devices import UNIT
from tests.judged_city import a_heard_device, an_alarm
from tests.records.test_curves import stored
from tests.small_registry import NOON, a_small_registry

CITY = ZoneInfo("Asia/Shanghai")
FRIDGE, CAMERA, SMOKE = "U000001-FR1", "U000001-CAM1", "U000002-SM1"
HOUR = timedelta(hours=1)


@pytest.fixture
def registry(connection):
    a_small_registry(connection)
    return connection


def test_the_rate_counts_devices_never_heard_of_and_the_list_begins_with_what_is_offline(registry):
    a_heard_device(registry, FRIDGE, online=True)
    a_heard_device(registry, SMOKE, online=False)
    totals = listing.totals(registry, Wanted())
    assert totals == {"devices": 3, "online": 1, "offline": 1, "never": 1, "fault": 0}
    assert [row["rate"] for row in listing.rates(registry, "area", Wanted())] == [0.0, 0.5]
    assert [row["id"] for row in listing.page(registry, Wanted(), "", False, 0)["rows"]] == [SMOKE, CAMERA, FRIDGE]


def test_a_list_is_narrowed_by_group_family_kind_area_state_and_text(registry):
    a_heard_device(registry, SMOKE, online=False)
    an_alarm(registry)

    def ids(**wanted):
        return [row["id"] for row in listing.page(registry, Wanted(**wanted), "id", False, 0)["rows"]]

    assert ids(kind="refrigerator") == ids(kind="fridge_temp_humidity") == [FRIDGE]
    assert ids(kind="camera") == [CAMERA] and ids(kind="nothing") == []
    assert ids(area="kangbashi") == ids(area="kangbashi-s01") == ids(state="offline") == ids(unit="U000002") == [SMOKE]
    assert ids(q="冷藏") == ids(state="fault") == [FRIDGE] and ids(q="%") == []


def test_the_refrigerator_that_failed_most_comes_first_and_time_is_counted_once(registry):
    registry.execute("INSERT INTO device (id, unit_id, kind, interval_seconds) VALUES ('FR2', %s, %s, 300)",
                     (UNIT, "freezer_temp_humidity"))  # fmt: skip
    for device in (FRIDGE, "FR2"):
        registry.execute("INSERT INTO device_presence (device_id, since) VALUES (%s, %s)", (device, NOON - 9 * HOUR))
    registry.execute("UPDATE device_presence SET until = %s WHERE device_id = 'FR2'", (NOON - HOUR / 2,))
    an_alarm(registry, "A1", minutes=-180, state="cleared", cleared_at=NOON - 2 * HOUR)
    an_alarm(registry, "A2", minutes=-150, metric="humidity", state="cleared", cleared_at=NOON - HOUR)  # overlaps it
    an_alarm(registry, "A3", minutes=-60, device_id="FR2")
    an_alarm(registry, "A4", minutes=-60, level=4)  # informs
    an_alarm(registry, "A5", minutes=-60 * 24 * 9, state="cleared", cleared_at=NOON - 8 * 24 * HOUR)  # long ago
    an_alarm(registry, "A6", minutes=-20, device_id=None)  # the unit's own
    found = failures(registry, Wanted(kind="refrigerator"), NOON - 7 * 24 * HOUR, NOON)
    first, second = found["rows"]
    assert (found["devices"], found["failures"]) == (2, 3)
    assert (first["device_id"], first["failures"], first["seconds"], first["offline"]) == (FRIDGE, 2, 7200, 0)
    assert (second["device_id"], second["open"], second["longest"], second["offline"]) == ("FR2", 1, 3600, 1800)


def test_a_chart_tells_limits_alarms_and_how_much_lay_beyond(registry):
    ensure_defaults(registry)
    now = datetime.now(UTC)
    ats = [now - timedelta(minutes=5 * n) for n in range(12, 0, -1)]
    stored(registry, FRIDGE, ats, [4.0] * 9 + [9.0, 10.0, 11.0])
    an_alarm(registry, "A1", since=now - timedelta(minutes=20), raised_at=now, cleared_at=None)
    told = chart(registry, FRIDGE, Asked("temperature", now - HOUR * 24, now), now, CITY)
    assert told["resolution"] == "raw" and len(told["points"]) == 12 and told["gaps"] == []
    assert {(line["side"], line["value"]) for line in told["limits"]} == {("low", 0.0), ("high", 8.0)}
    assert (told["summary"]["beyond"], told["summary"]["of"]) == (3, 12)
    assert [alarm["id"] for alarm in told["alarms"]] == ["A1"] and told["usual"] == {
        "from": "kind",
        "low": 0,
        "high": 8,
    }
    assert chart(registry, "nobody", Asked("temperature", now - HOUR, now), now, CITY) is None


def test_rows_join_the_metrics_of_a_moment_and_days_are_the_citys(registry):
    midnight = datetime.combine(datetime.now(CITY).date() - timedelta(days=1), time.min, CITY)
    ats = [midnight - timedelta(minutes=1), midnight]
    no = stored(registry, FRIDGE, ats, [3.0, 5.0])
    stored(registry, FRIDGE, ats[1:], [60], "humidity")
    rows = table.page(registry, no, ["temperature", "humidity"], midnight + HOUR, midnight - HOUR)
    assert [values for _, values in rows] == [{"temperature": 5.0, "humidity": 60.0}, {"temperature": 3.0}]
    days = table.buckets(registry, no, ["temperature"], midnight - 24 * HOUR, midnight + 24 * HOUR, "1d")
    assert [(at, values["temperature"][1]) for at, values in days] == [(midnight, 5.0), (midnight - 24 * HOUR, 3.0)]


def test_the_file_of_a_camera_that_was_never_heard_of(registry):
    told = file.find(registry, CAMERA, NOON)
    assert told["rates"]["week"] is None and told["offline"] == told["alarms"] == []
    assert [one["id"] for one in told["others"]] == [FRIDGE]
    assert file.find(registry, "nobody", NOON) is None
