"""Storing readings by binary COPY."""

from datetime import UTC, datetime

import psycopg
import pytest

from streaming.timeseries import copy_readings, merge_readings

AT = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC


def stored(connection):
    return connection.execute(
        "SELECT device_no, metric_no, at, value, quality FROM reading ORDER BY device_no, metric_no, at"
    ).fetchall()


def test_readings_come_back_as_they_were_given(connection):
    copy_readings(connection, [1, 2], [3, 4], [AT, AT + 1], [4.25, -1e300], [0, 7])
    assert stored(connection) == [
        (1, 3, datetime(2026, 1, 1, tzinfo=UTC), 4.25, 0),
        (2, 4, datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), -1e300, 7),
    ]


def test_a_batch_with_a_stored_reading_is_refused_as_a_whole(connection):
    copy_readings(connection, [1], [1], [AT], [1.0])
    with pytest.raises(psycopg.errors.UniqueViolation):
        copy_readings(connection, [2, 1], [1, 1], [AT, AT], [5.0, 6.0])
    assert [row[3] for row in stored(connection)] == [1.0]


def test_merging_stores_what_is_new_and_says_what_that_was(connection):
    copy_readings(connection, [1], [1], [AT], [1.0])
    with connection.transaction():
        assert merge_readings(connection, [1, 2, 2], [1, 1, 1], [AT, AT, AT], [9.0, 5.0, 5.0]) == {(2, 1, AT)}
        assert merge_readings(connection, [3], [1], [AT], [7.0]) == {(3, 1, AT)}
    assert [row[3] for row in stored(connection)] == [1.0, 5.0, 7.0]


def test_readings_follow_the_fate_of_the_callers_transaction(connection):
    with connection.transaction(force_rollback=True):
        copy_readings(connection, [1], [1], [AT], [1.0])
    assert stored(connection) == []
    assert connection.execute("SELECT count(*) FROM reading_late").fetchone() == (0,)
