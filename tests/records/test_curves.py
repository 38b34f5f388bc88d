"""What a chart shows of a device: as fine as it can, with what is missing, and what is usual."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from records.devices.curves import MOST_POINTS, RAW, as_rows, curve, gaps, resolution_for, with_edges
from records.devices.file import offline, rates
from records.devices.usual import usual
from streaming.timeseries.copy import copy_readings
from tests.few_devices import register

CITY = ZoneInfo("Asia/Shanghai")
FIVE = timedelta(minutes=5)
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def a_point(at, value=4.0):
    return at, value, value, value, 1


def stored(connection, device, ats, values, metric="temperature"):
    """Readings of the device; answers with its number."""
    connection.execute("INSERT INTO metric (key) VALUES (%s) ON CONFLICT DO NOTHING", (metric,))
    metric_no = connection.execute("SELECT no FROM metric WHERE key = %s", (metric,)).fetchone()[0]
    device_no = connection.execute("SELECT no FROM device WHERE id = %s", (device,)).fetchone()[0]
    micros = [round(at.timestamp() * 1_000_000) for at in ats]
    with connection.transaction():
        copy_readings(connection, [device_no] * len(micros), [metric_no] * len(micros), micros, list(values))
    return device_no


@pytest.mark.parametrize(
    ("days", "interval", "resolution"),
    [(1 / 24, FIVE, RAW), (1, FIVE, RAW), (5, FIVE, RAW), (7, FIVE, "15m"), (30, FIVE, "1h"), (365, FIVE, "6h"),
     (1000, FIVE, "1d"), (1, timedelta(seconds=10), "1m"), (1, timedelta(), "1m")],
)  # fmt: skip
def test_a_chart_is_as_fine_as_its_points_allow(days, interval, resolution):
    assert resolution_for(timedelta(days=days), interval) == resolution


def test_a_device_that_reports_more_often_than_it_promised_is_drawn_coarser(connection):
    register(connection, "FR1")
    ats = [NOW - timedelta(seconds=2 * n) for n in range(MOST_POINTS * 2 + 100)]
    no = stored(connection, "FR1", ats, [4.0] * len(ats))
    found = curve(connection, no, "temperature", ats[-1], NOW + FIVE, interval=FIVE, now=NOW)
    assert found.resolution == "1m" and len(found.points) <= MOST_POINTS


def test_a_gap_is_more_than_twice_the_interval_and_not_a_single_lost_reading():
    first, *_ = ats = [NOW, NOW + FIVE, NOW + 3 * FIVE, NOW + 6 * FIVE]
    assert gaps([a_point(at) for at in ats], timedelta(), FIVE) == [(first + 3 * FIVE, first + 6 * FIVE)]
    assert gaps([a_point(at) for at in ats], timedelta(), timedelta()) == []  # it speaks when something happens


def test_gaps_are_exact_where_points_are_buckets(connection):
    register(connection, "FR1")
    silent = (NOW - timedelta(days=3), NOW - timedelta(days=3, minutes=-25))
    ats = [NOW - n * FIVE for n in range(30 * 288)]
    ats = [at for at in ats if not silent[0] < at < silent[1]]
    no = stored(connection, "FR1", ats, [4.0] * len(ats))
    found = curve(connection, no, "temperature", NOW - timedelta(days=29), NOW, interval=FIVE, now=NOW)
    assert found.resolution == "1h" and found.gaps == [silent]


def test_silence_at_the_edges_counts_from_the_reading_before_and_up_to_now():
    since, now, points = NOW - timedelta(hours=2), NOW, [a_point(NOW - timedelta(hours=1))]
    at = points[0][0]
    before = since - timedelta(hours=1)
    assert with_edges([], points, (before, None), since, now, timedelta(), FIVE) == [(since, at), (at, now)]
    assert with_edges([], points, (None, None), since, now, timedelta(), FIVE) == [(at, now)]  # it is younger
    assert with_edges([], [], (before, None), since, now, timedelta(), FIVE) == [(since, now)]
    assert with_edges([], [], (None, None), since, now, timedelta(), FIVE) == []  # it never spoke at all


def test_a_device_without_readings_has_an_empty_curve(connection):
    register(connection, "FR1")
    found = curve(connection, 1, "temperature", NOW - timedelta(days=1), NOW, interval=FIVE, now=NOW)
    assert (found.points, found.gaps) == ([], []) and as_rows(found.points, found.resolution) == []


@pytest.mark.parametrize(("days", "known"), [(0, False), (1, False), (2, False), (3, True), (14, True)])
def test_what_is_usual_is_known_after_three_days_and_leaves_out_today(connection, days, known):
    register(connection, "FR1")
    noon = datetime.now(CITY).replace(hour=12, minute=0, second=0, microsecond=0)
    ats = [noon - timedelta(days=day) + n * FIVE for day in range(days + 1) for n in range(12)]
    values = [40.0 if at >= noon else 3.0 + at.minute / 60 for at in ats]  # something is wrong today
    no = stored(connection, "FR1", ats, values)
    found = usual(connection, no, "temperature", noon + timedelta(hours=2), CITY)
    assert found.known is known and found.days == days
    if known:
        low, high = found.hours[12]
        assert 3.0 <= low < high < 4.0 and found.hours[11] is None and found.hours[4] is None


def test_the_times_offline_lie_between_those_online():
    hour = timedelta(hours=1)
    born = NOW - 10 * hour
    online = [(born, born + 2 * hour), (born + 5 * hour, None)]
    assert offline(online, born, NOW - 20 * hour, NOW) == [(born + 2 * hour, born + 5 * hour)]
    assert offline([], born, NOW - 2 * hour, NOW) == [(NOW - 2 * hour, NOW)]
    assert offline([], None, NOW - 2 * hour, NOW) == []
    assert rates(online, born, born, NOW)["week"] == pytest.approx(0.7)  # counted from its beginning
    assert rates([], None, born, NOW) == {"day": None, "week": None, "month": None}
