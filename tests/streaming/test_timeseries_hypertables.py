"""The same views on TimescaleDB. Runs when `SUNSHINE_TEST_DATABASE` names a server that has the extension."""

from datetime import UTC, datetime, timedelta

import pytest

from streaming.timeseries import copy_readings, merge_readings
from streaming.timeseries.engine import has_hypertables
from streaming.timeseries.partitions import prepare
from streaming.timeseries.retention import Retention
from streaming.timeseries.rollups import behind, refresh
from tests.streaming.test_timeseries_rollups import SINCE, assert_views_true, micros, tell

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def timescale(connection):
    if not has_hypertables(connection):
        pytest.skip("the server has no TimescaleDB")


def refresh_aggregates(connection):
    """What the policies do, now."""
    for level in ("minute", "hour", "day"):
        connection.execute(f"CALL refresh_continuous_aggregate('reading_{level}', NULL, NULL)")


def a_week(connection):
    tell(connection, *[(1 + i % 3, 1, SINCE + i * timedelta(minutes=11), float(i % 29)) for i in range(900)])


def test_the_newest_readings_are_in_the_views_before_any_refresh(connection):
    a_week(connection)
    assert_views_true(connection)


def test_readings_behind_the_watermark_are_in_the_views_after_a_refresh(connection):
    a_week(connection)
    refresh_aggregates(connection)
    assert_views_true(connection)
    tell(connection, (1, 1, SINCE + timedelta(hours=5, seconds=3), 99.0), (7, 1, SINCE + 9 * DAY, 1.0))
    refresh_aggregates(connection)
    assert_views_true(connection)


def test_late_and_repeated_readings_find_their_way_into_compressed_chunks(connection):
    a_week(connection)
    chunks = [row[0] for row in connection.execute("SELECT compress_chunk(c) FROM show_chunks('reading') c")]
    assert chunks
    at = micros(SINCE + timedelta(minutes=11))
    new = merge_readings(connection, [2, 2], [1, 1], [at, at + 1], [50.0, 51.0])
    assert new == {(2, 1, at + 1)}
    copy_readings(connection, [2], [1], [at + 2], [52.0])
    refresh_aggregates(connection)
    assert_views_true(connection)


def test_the_policies_are_there(connection):
    found = connection.execute("SELECT proc_name FROM timescaledb_information.jobs WHERE job_id >= 1000").fetchall()
    names = sorted(row[0] for row in found)
    assert names == ["policy_compression"] + 3 * ["policy_refresh_continuous_aggregate"]


def test_the_policies_run(connection):
    jobs = connection.execute("SELECT job_id FROM timescaledb_information.jobs WHERE job_id >= 1000").fetchall()
    a_week(connection)
    for (job,) in jobs:
        connection.execute("CALL run_job(%s)", (job,))
    assert_views_true(connection)


def test_old_chunks_go_and_the_roll_ups_by_hour_and_day_stay(connection):
    a_week(connection)
    copy_readings(connection, [1], [1], [micros(SINCE + 300 * DAY)], [1.0])
    refresh_aggregates(connection)
    counts = [count(connection, view) for view in ("reading_hour", "reading_day")]
    kept = Retention(connection, SINCE + 450 * DAY)
    assert kept.forget_raw()
    kept.forget_rollups()
    assert count(connection, "reading") == 1
    assert [count(connection, view) for view in ("reading_hour", "reading_day")] == counts
    assert count(connection, "reading_minute") < 900


def count(connection, table):
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  this file's own names


def test_the_jobs_of_plain_postgresql_leave_it_alone(connection):
    a_week(connection)
    now = datetime(2026, 6, 8, tzinfo=UTC)
    assert refresh(connection, now) == 0
    assert prepare(connection, now) == []
    assert behind(connection, now) >= timedelta()
    assert connection.execute("SELECT count(*) FROM reading_late").fetchone() == (0,)
