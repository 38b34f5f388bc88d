"""The three views equal the aggregate over the readings, whatever came when."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streaming.timeseries import copy_readings, merge_readings
from streaming.timeseries.engine import has_hypertables
from streaming.timeseries.rollups import refresh, use_zone

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
    """As if the database had been set up then."""
    connection.execute("UPDATE rollup SET horizon = %(s)s, minute_upto = %(s)s, hour_upto = %(s)s, day_upto = %(s)s",
                       {"s": since})  # fmt: skip


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
