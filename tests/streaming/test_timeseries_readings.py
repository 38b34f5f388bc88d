"""Questions about readings."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from streaming.timeseries import Readings, copy_readings

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 30, 12, tzinfo=SHANGHAI)


@pytest.fixture
def readings(connection):
    connection.execute("INSERT INTO metric (key) VALUES ('temperature'), ('humidity')")
    return Readings(connection)


def store(connection, first, count, every=timedelta(minutes=1), device=1, metric=1):
    """Values 0, 1, 2 ... one after the other."""
    micros = [int((first + i * every).timestamp() * 1e6) for i in range(count)]
    copy_readings(connection, [device] * count, [metric] * count, micros, [float(i) for i in range(count)])


def test_raw_readings_come_oldest_first_and_the_end_does_not_belong(connection, readings):
    store(connection, NOON, 5)
    got = readings.raw(1, "temperature", NOON, NOON + timedelta(minutes=3))
    assert [(r.at, r.value) for r in got] == [(NOON + timedelta(minutes=i), float(i)) for i in range(3)]
    assert len(readings.raw(1, "temperature", NOON, NOON + timedelta(hours=1), limit=2)) == 2


def test_a_device_or_metric_nobody_knows_has_no_readings(connection, readings):
    store(connection, NOON, 5)
    assert readings.raw(1, "pressure", NOON, NOON + timedelta(hours=1)) == []
    assert readings.buckets(2, "temperature", NOON, NOON + timedelta(hours=1), "1h") == []


@pytest.mark.parametrize(
    ("bucket", "first", "count"),
    [("1m", NOON + timedelta(minutes=7), 1), ("5m", NOON + timedelta(minutes=5), 5), ("15m", NOON, 15),
     ("1h", NOON, 60), ("6h", NOON, 120), ("1d", NOON.replace(hour=0), 120)],
)  # fmt: skip
def test_buckets_are_whole_and_begin_on_the_citys_clock(connection, readings, bucket, first, count):
    store(connection, NOON, 120)
    got = readings.buckets(1, "temperature", NOON + timedelta(minutes=7), NOON + timedelta(minutes=8), bucket)
    values = range(round((max(first, NOON) - NOON).total_seconds()) // 60, 120)[:count]
    assert [(b.start, b.min, b.max, b.count) for b in got] == [(first, values[0], values[-1], count)]
    assert got[0].avg == pytest.approx(sum(values) / count)


def test_a_day_ends_at_midnight_in_the_city_not_at_midnight_utc(connection, readings):
    midnight = datetime(2026, 5, 31, tzinfo=SHANGHAI)
    store(connection, midnight - timedelta(minutes=2), 3)
    days = readings.buckets(1, "temperature", NOON, NOON + timedelta(days=2), "1d")
    assert [(day.start, day.count) for day in days] == [(midnight - timedelta(days=1), 2), (midnight, 1)]


def test_minutes_that_are_forgotten_are_worked_out_from_the_readings(connection, readings):
    store(connection, NOON, 10)
    connection.execute("UPDATE rollup SET minutes_since = %s", (NOON + timedelta(days=1),))
    assert [b.count for b in readings.buckets(1, "temperature", NOON, NOON + timedelta(minutes=10), "5m")] == [5, 5]


def test_a_bucket_width_that_is_not_offered_is_refused_with_what_is(readings):
    with pytest.raises(ValueError, match="allowed: 1m, 5m, 15m, 1h, 6h, 1d"):
        readings.buckets(1, "temperature", NOON, NOON, "2h")


def test_the_latest_of_each_metric_is_the_newest_not_the_last_stored(connection, readings):
    store(connection, NOON, 3)
    store(connection, NOON - timedelta(days=40), 1)
    store(connection, NOON, 1, metric=2)
    got = readings.latest([1, 2])
    assert [(one.metric, one.at, one.value) for one in got] == [
        ("humidity", NOON, 0.0),
        ("temperature", NOON + timedelta(minutes=2), 2.0),
    ]
    assert got[0].at.astimezone(UTC) == NOON
