"""Partitions appear before they are needed; what is old goes, and nothing else."""

# ruff: noqa: S608  the names of tables are this file's own

from datetime import UTC, datetime, timedelta

import pytest

from streaming.timeseries import copy_readings
from streaming.timeseries.engine import has_hypertables
from streaming.timeseries.partitions import months, prepare
from streaming.timeseries.retention import Retention
from streaming.timeseries.rollups import refresh

NOW = datetime(2030, 7, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def plain(connection):
    if has_hypertables(connection):
        pytest.skip("partitions are for plain PostgreSQL")
    return connection


def store(connection, *moments, device=1):
    micros = [int(moment.timestamp() * 1e6) for moment in moments]
    copy_readings(connection, [device] * len(moments), [1] * len(moments), micros, [1.0] * len(moments))


def moments_of(connection, table="reading", column="at"):
    return [row[0] for row in connection.execute(f"SELECT {column} FROM {table} ORDER BY 1")]


def count(connection, table):
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_months_are_those_that_the_stretch_touches():
    got = [first.strftime("%Y-%m") for first, _ in months(datetime(2029, 12, 31, 23, tzinfo=UTC), NOW - 160 * DAY)]
    assert got == ["2029-12", "2030-01", "2030-02"]


def test_a_month_without_a_partition_takes_readings_which_move_when_it_gets_one(plain):
    store(plain, NOW, NOW - DAY, NOW + 40 * DAY)
    assert count(plain, "reading_stray") == 3
    assert "2030-07" in prepare(plain, NOW)
    assert count(plain, "reading_stray") == 0
    assert count(plain, "reading_2030_07") == 2
    assert moments_of(plain) == [NOW - DAY, NOW, NOW + 40 * DAY]
    assert prepare(plain, NOW) == []


def test_the_accepted_window_and_three_months_have_partitions(plain):
    prepare(plain, NOW)
    store(plain, NOW - 400 * DAY, NOW + 89 * DAY)
    assert count(plain, "reading_stray") == 0


def test_a_partition_made_later_is_indexed_like_the_first_ones(plain):
    prepare(plain, NOW)
    query = "SELECT indexdef FROM pg_indexes WHERE tablename = 'reading_2030_07' ORDER BY 1"
    found = [row[0] for row in plain.execute(query)]
    assert len(found) == 2
    assert "(device_no, metric_no, at)" in found[0] + found[1] and "brin" in found[0] + found[1]


def test_readings_go_when_their_whole_month_is_too_old(plain):
    prepare(plain, NOW)
    old, edge, young = NOW - 450 * DAY, NOW - 400 * DAY, NOW - 300 * DAY
    plain.execute("SELECT reading_partition(%s)", (old,))
    store(plain, old, edge, young)
    refresh(plain, NOW)
    assert Retention(plain, NOW).forget_raw()
    assert moments_of(plain) == [edge, young]
    assert count(plain, "reading_day") == 3


def test_readings_that_are_not_rolled_up_stay_however_old(plain):
    prepare(plain, NOW)
    plain.execute("UPDATE rollup SET day_upto = %s", (NOW - 600 * DAY,))
    plain.execute("SELECT reading_partition(%s)", (NOW - 450 * DAY,))
    store(plain, NOW - 450 * DAY)
    Retention(plain, NOW).forget_raw()
    assert count(plain, "reading") == 1


def test_roll_ups_go_each_after_its_time_and_days_stay(plain):
    for level in ("minute", "hour", "day"):
        for age in (59, 61, 1099, 1101):
            plain.execute(f"INSERT INTO rollup_{level} VALUES (1, 1, %s, 1, 1, 1, 1)", (NOW - age * DAY,))
    Retention(plain, NOW).forget_rollups()
    assert [count(plain, f"rollup_{level}") for level in ("minute", "hour", "day")] == [1, 3, 4]
    assert moments_of(plain, "rollup", "minutes_since") == [NOW - 60 * DAY]


def test_hours_stay_as_long_as_late_readings_may_come_whatever_the_row_says(plain):
    plain.execute("UPDATE retention SET days = 10 WHERE what IN ('hour', 'day')")
    for age in (390, 500):
        plain.execute("INSERT INTO rollup_hour VALUES (1, 1, %s, 1, 1, 1, 1)", (NOW - age * DAY,))
    Retention(plain, NOW).forget_rollups()
    assert moments_of(plain, "rollup_hour", "bucket") == [NOW - 390 * DAY]


def test_a_city_that_keeps_things_for_ever_loses_nothing(connection):
    connection.execute("UPDATE retention SET days = NULL")
    a_log(connection, 1000, 100, 1)
    a_checkpoint(connection, 1, NOW - 900 * DAY)
    a_checkpoint(connection, 2, NOW - 900 * DAY)
    a_checkpoint(connection, 3, NOW)
    connection.execute("INSERT INTO posted_id VALUES ('a', %s)", (NOW - 900 * DAY,))
    kept = Retention(connection, NOW)
    for forget in (
        kept.forget_raw,
        kept.forget_rollups,
        kept.forget_log,
        kept.forget_posted_ids,
        kept.thin_checkpoints,
    ):
        forget()
    assert [count(connection, table) for table in ("log", "posted_id", "checkpoint")] == [3, 1, 3]


def a_log(connection, *ages):
    """Batches of these ages in days, oldest first; offsets from 1."""
    for age in ages:
        connection.execute("INSERT INTO log (recorded_at, count, payload) VALUES (%s, 1, '')", (NOW - age * DAY,))


def reader(connection, name, offset):
    connection.execute("INSERT INTO log_reader VALUES (%s, %s, %s)", (name, offset, NOW))


def test_the_log_goes_when_it_is_old_and_all_have_read_it(connection):
    a_log(connection, 100, 95, 91, 89, 1)
    reader(connection, "score", 5)
    reader(connection, "slow", 2)
    assert Retention(connection, NOW).forget_log() == 2
    assert moments_of(connection, "log", "log_offset") == [3, 4, 5]


def test_a_reader_that_is_dead_for_long_holds_nothing_up_any_more(connection):
    a_log(connection, 200, 181, 179, 1)
    reader(connection, "dead", 0)
    assert Retention(connection, NOW).forget_log() == 2


def test_the_last_batch_of_the_log_stays_so_that_offsets_go_on(connection):
    a_log(connection, 300, 200)
    reader(connection, "score", 2)
    Retention(connection, NOW).forget_log()
    assert moments_of(connection, "log", "log_offset") == [2]


def a_checkpoint(connection, offset, at, keeper="twin"):
    connection.execute("INSERT INTO checkpoint VALUES (%s, %s, %s, '')", (keeper, offset, at))


def test_checkpoints_become_fewer_with_age_and_the_newest_stays(connection):
    midnight = datetime(2030, 7, 1, 16, tzinfo=UTC)  # in the city
    for day, keeper in ((midnight, "twin"), (midnight - 90 * DAY, "twin"), (midnight + 13 * DAY, "twin")):
        for i in range(24 * 12):  # every five minutes
            at = day + i * timedelta(minutes=5)
            a_checkpoint(connection, int(at.timestamp()), at, keeper)
    a_checkpoint(connection, 1, midnight - 500 * DAY, "score")
    a_checkpoint(connection, 2, midnight - 500 * DAY + timedelta(minutes=5), "score")
    Retention(connection, NOW).thin_checkpoints()
    query = "SELECT count(*) FROM checkpoint WHERE keeper = %s AND recorded_at >= %s AND recorded_at < %s"
    kept = [
        connection.execute(query, ("twin", day, day + DAY)).fetchone()[0]
        for day in (midnight - 90 * DAY, midnight, midnight + 13 * DAY)
    ]
    assert kept == [1, 24, 24 * 12]
    assert count(connection, "checkpoint WHERE keeper = 'score'") == 2


def test_quarantine_posted_ids_and_receipts_go_after_their_time(connection):
    for age in (89, 91):
        connection.execute(
            """INSERT INTO quarantine (received_at, source, topic, payload, payload_size, reason, detail)
               VALUES (%s, 'mqtt', 't', '', 0, 'bad_json', '')""",
            (NOW - age * DAY,),
        )
    for age in (399, 401):
        connection.execute("INSERT INTO posted_id VALUES (%s, %s)", (str(age), NOW - age * DAY))
    for age in (59, 61):
        connection.execute(
            "INSERT INTO ingest_receipt (client, stored_at, packets) VALUES ('a', %s, '')", (NOW - age * DAY,)
        )
    kept = Retention(connection, NOW)
    assert [kept.forget_quarantine(), kept.forget_posted_ids(), kept.forget_receipts()] == [1, 1, 1]
    assert [count(connection, table) for table in ("quarantine", "posted_id", "ingest_receipt")] == [1, 1, 1]


def an_index(connection, unit, at, total=80.0):
    connection.execute(
        "INSERT INTO unit_index (unit_id, at, total, colour, grade, coverage, result)"
        " VALUES (%s, %s, %s, 'blue', 'good', 1, '{}')",
        (unit, at, total),
    )


def test_of_old_indexes_the_last_of_each_day_of_the_city_stays(connection):
    connection.execute("UPDATE rollup SET zone = 'Asia/Shanghai'")
    old = datetime(2030, 5, 1, 15, tzinfo=UTC)  # 23:00 in the city; an hour later it is the next day
    for unit in ("U1", "U2"):
        for hours in (-3, 0, 1.5, 2):
            an_index(connection, unit, old + timedelta(hours=hours))
    an_index(connection, "U3", old)
    for age in (34 * DAY, 34 * DAY + timedelta(minutes=1), timedelta()):
        an_index(connection, "U1", NOW - age)
    assert Retention(connection, NOW).thin_indexes() == 4
    kept = connection.execute("SELECT unit_id, at FROM unit_index WHERE at < %s ORDER BY 1, 2", (NOW - 60 * DAY,))
    assert kept.fetchall() == [
        ("U1", old), ("U1", old + timedelta(hours=2)), ("U2", old), ("U2", old + timedelta(hours=2)), ("U3", old),
    ]  # fmt: skip
    assert count(connection, "unit_index") == 8
    assert Retention(connection, NOW).thin_indexes() == 0


def test_indexes_that_are_kept_for_ever_are_not_thinned(connection):
    connection.execute("UPDATE retention SET days = NULL WHERE what = 'index_all'")
    for minute in (1, 2):
        an_index(connection, "U1", NOW - 500 * DAY + timedelta(minutes=minute))
    assert Retention(connection, NOW).thin_indexes() == 0
