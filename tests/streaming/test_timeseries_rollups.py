"""The three views equal the aggregate over the readings, whatever came when."""

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streaming.timeseries import copy_readings, merge_readings
from streaming.timeseries.engine import has_hypertables
from streaming.timeseries.rollups import behind, refresh, use_zone

SINCE = datetime(2026, 5, 30, 12, tzinfo=UTC)
DIRECT = """
    SELECT device_no, metric_no, date_trunc('{unit}', at, '{zone}') AS bucket,
           count(*)::bigint, min(value), max(value), round(sum(value)::numeric, 6)
      FROM reading GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
VIEW = """
    SELECT device_no, metric_no, bucket, n::bigint, vmin, vmax, round(vsum::numeric, 6)
      FROM reading_{unit} ORDER BY 1, 2, 3
"""


def rollups_begin(connection, since=SINCE):
    """As if the database had been set up then. The line of days is always at a midnight."""
    connection.execute(
        """UPDATE rollup SET horizon = %(s)s, minute_upto = %(s)s, hour_upto = %(s)s,
                             day_upto = date_trunc('day', %(s)s::timestamptz, zone)""",
        {"s": since},
    )


def micros(moment):
    return int(moment.timestamp() * 1_000_000)


def tell(connection, *readings):
    """Store (device, metric, moment, value)."""
    devices, metrics, moments, values = zip(*readings, strict=True)
    merge_readings(connection, devices, metrics, [micros(moment) for moment in moments], values)


def assert_views_true(connection, zone="Asia/Shanghai"):
    for unit in ("minute", "hour", "day"):
        direct = connection.execute(DIRECT.format(unit=unit, zone=zone)).fetchall()
        assert connection.execute(VIEW.format(unit=unit)).fetchall() == direct, unit


@pytest.fixture(autouse=True)
def plain_tables(connection):
    if has_hypertables(connection):
        pytest.skip("TimescaleDB rolls up by itself: test_timeseries_hypertables.py")


readings = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 2),
        # Few different minutes and hours over three days, so that buckets are shared and times repeat.
        st.integers(0, 3 * 24 * 6).map(lambda tens: SINCE + timedelta(minutes=10 * tens)),
        st.integers(-50, 400).map(lambda tenth: tenth / 10),
    ),
    max_size=12,
)
steps = st.lists(st.one_of(readings, st.integers(0, 80).map(lambda hours: SINCE + timedelta(hours=hours))), max_size=12)


@given(steps=steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_views_are_true_whatever_comes_late_twice_or_out_of_order(connection, steps):
    connection.execute("TRUNCATE reading, reading_late, rollup_minute, rollup_hour, rollup_day")
    rollups_begin(connection)
    for step in steps:
        if isinstance(step, datetime):
            refresh(connection, step)
            assert connection.execute("SELECT count(*) FROM reading_late").fetchone() == (0,)
        elif step:
            tell(connection, *step)
        assert_views_true(connection)


def a_week(connection, devices=4, every=timedelta(minutes=20)):
    count = timedelta(days=7) // every
    moments = [SINCE + i * every for i in range(count)]
    tell(
        connection,
        *[(d, 1, moment, float(d * i % 17)) for d in range(1, devices + 1) for i, moment in enumerate(moments)],
    )


def test_what_is_rolled_up_is_read_from_the_roll_ups_and_not_added_up_again(connection):
    rollups_begin(connection)
    a_week(connection)
    refresh(connection, SINCE + timedelta(days=7))
    assert_views_true(connection)
    connection.execute("UPDATE rollup_hour SET vmax = 1000 WHERE device_no = 1")
    connection.execute("UPDATE rollup_day SET vmin = -1000 WHERE device_no = 1")
    assert connection.execute("SELECT max(vmax) FROM reading_hour").fetchone() == (1000,)
    assert connection.execute("SELECT min(vmin) FROM reading_day").fetchone() == (-1000,)


def test_a_second_run_finds_nothing_to_do(connection):
    rollups_begin(connection)
    a_week(connection)
    assert refresh(connection, SINCE + timedelta(days=7)) > 0
    assert refresh(connection, SINCE + timedelta(days=7)) == 0


def test_a_run_does_nothing_while_another_process_is_at_it(connection, database):
    rollups_begin(connection)
    a_week(connection)
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('sunshine_rollup'))")
        assert refresh(connection, SINCE + timedelta(days=7)) == 0
    assert refresh(connection, SINCE + timedelta(days=7)) > 0


def test_how_far_behind_is_the_age_of_the_newest_moment_rolled_up(connection):
    rollups_begin(connection)
    refresh(connection, SINCE + timedelta(minutes=10, seconds=30))
    assert behind(connection, SINCE + timedelta(minutes=12)) == timedelta(minutes=2)


def test_a_reading_stored_while_the_line_moves_is_not_lost(connection, database):
    """The line waits for a transaction that has asked where it is and has not committed yet."""
    rollups_begin(connection)
    with psycopg.connect(database) as storing:
        copy_readings(storing, [1], [1], [micros(SINCE + timedelta(minutes=1))], [4.0])
        moving = threading.Thread(target=refresh_alone, args=(database, SINCE + timedelta(hours=3)))
        moving.start()
        wait_until(connection, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        storing.commit()
        moving.join()
    copy_readings(connection, [1], [1], [micros(SINCE + timedelta(minutes=2))], [5.0])
    assert connection.execute("SELECT count(*) FROM reading_late").fetchone() == (1,)
    assert_views_true(connection)
    refresh(connection, SINCE + timedelta(hours=3))
    assert_views_true(connection)


def test_a_storing_transaction_that_never_ends_does_not_stop_the_others(connection, database):
    rollups_begin(connection)
    with psycopg.connect(database) as storing:
        copy_readings(storing, [1], [1], [micros(SINCE + timedelta(minutes=1))], [4.0])
        assert refresh(connection, SINCE + timedelta(hours=3)) == 0
        copy_readings(connection, [2], [1], [micros(SINCE + timedelta(minutes=1))], [4.0])
    assert refresh(connection, SINCE + timedelta(hours=3)) > 0
    assert_views_true(connection)


def refresh_alone(database, until):
    with psycopg.connect(database, autocommit=True) as connection:
        refresh(connection, until)


def wait_until(connection, question):
    for _ in range(500):
        if connection.execute(question).fetchone()[0]:
            return
        threading.Event().wait(0.01)
    raise TimeoutError(question)


KILLED = """
import sys
from datetime import datetime
import psycopg
from streaming.timeseries.rollups import refresh
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    refresh(connection, datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize("at_step", ["rollup_minute", "rollup_hour", "rollup_day"])
def test_killed_in_the_middle_the_views_stay_true_and_the_next_run_finishes(connection, database, at_step):
    rollups_begin(connection)
    a_week(connection)
    refresh(connection, SINCE + timedelta(days=2))
    tell(connection, (1, 1, SINCE + timedelta(hours=5, seconds=7), 99.0))
    until = SINCE + timedelta(days=7)
    with psycopg.connect(database) as blocker:
        # The run stops where it wants to write this roll-up, and dies there.
        blocker.execute(f"LOCK TABLE {at_step} IN SHARE MODE")
        child = subprocess.Popen([sys.executable, "-c", KILLED, database, until.isoformat()])
        wait_until(connection, "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted")
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert_views_true(connection)
    wait_until(
        connection, "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'"
    )  # the server has noticed the death
    assert refresh(connection, until) > 0
    assert_views_true(connection)
    assert connection.execute("SELECT minute_upto FROM rollup").fetchone() == (until,)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_another_zone_moves_the_midnights(connection, zone):
    rollups_begin(connection)
    a_week(connection, devices=2)
    refresh(connection, SINCE + timedelta(days=6))
    assert use_zone(connection, zone)
    assert_views_true(connection, zone)
    refresh(connection, SINCE + timedelta(days=7))
    assert_views_true(connection, zone)
    assert not use_zone(connection, zone)
    assert connection.execute("SELECT count(*) > 0 FROM rollup_day").fetchone() == (True,)
