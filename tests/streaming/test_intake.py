from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import pytest

from streaming.events import CameraFaultFound, Event, MorningCheckDone, ReadingTaken
from streaming.intake import Intake, store_facts
from streaming.log.postgres import PostgresLog
from streaming.registry import Registry
from tests.few_devices import UNIT, register

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def a_reading(value: float = 4.0, *, device: str = "F1", at: datetime = NOW, **more) -> ReadingTaken:
    return ReadingTaken(unit=UNIT, device=device, metric=more.pop("metric", "temperature"), value=value, at=at, **more)


@pytest.fixture
def intake(database: str, connection: psycopg.Connection) -> Intake:
    register(connection, "F1", "F2")
    return Intake(Registry.loaded(connection), PostgresLog(database))


def accept(intake: Intake, connection: psycopg.Connection, *events: Event, now: datetime = NOW, source: str = "http"):
    with connection.transaction():
        return intake.accept(connection, events, now, source=source)


def stored(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute(
        "SELECT device.id, metric.key, at, value FROM reading JOIN device ON no = device_no"
        " JOIN metric ON metric.no = metric_no ORDER BY 1, 2, 3"
    ).fetchall()


def told(database: str) -> list[Event]:
    log = PostgresLog(database)
    events = [event for batch in log.read(0) for event in batch.events]
    log.close()
    return events


def tallies(connection: psycopg.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT thing, total FROM tally").fetchall())


def test_a_reading_is_stored_and_told(intake, connection, database):
    accepted = accept(intake, connection, a_reading(4.2))
    assert stored(connection) == [("F1", "temperature", NOW, 4.2)]
    assert told(database) == [a_reading(4.2)]
    assert accepted.stored_ids == [a_reading().key]


def test_the_same_reading_told_again_is_a_duplicate(intake, connection, database):
    accept(intake, connection, a_reading(4.2))
    again = accept(intake, connection, a_reading(4.2))
    assert (again.duplicate_ids, again.quarantined) == ([a_reading().key], [])
    assert told(database) == [a_reading(4.2)]


def test_another_value_for_the_same_moment_is_a_conflict_and_the_first_value_stays(intake, connection, database):
    accept(intake, connection, a_reading(4.2))
    again = accept(intake, connection, a_reading(5.0))
    assert again.duplicate_ids == []
    (conflict,) = again.quarantined
    assert (conflict.id, conflict.reason) == (a_reading().key, "conflict")
    assert "4.2" in conflict.detail and "5.0" in conflict.detail and "first one counts" in conflict.detail
    assert stored(connection) == [("F1", "temperature", NOW, 4.2)]
    assert told(database) == [a_reading(4.2)]
    kept = connection.execute("SELECT reason, device_id, topic, payload FROM quarantine").fetchone()
    assert kept[:3] == ("conflict", "native:F1", "POST /api/v1/events") and b"5.0" in kept[3]


def test_a_device_that_tells_another_value_for_the_same_moment_is_counted(intake, connection):
    accept(intake, connection, a_reading(4.2), source="mqtt")
    again = accept(intake, connection, a_reading(5.0), a_reading(4.2), source="mqtt")
    assert (again.duplicates, again.conflicts, again.quarantined) == (2, 1, [])
    assert tallies(connection) == {"readings": 1, "duplicates": 2, "conflicts": 1}


def test_a_repeat_within_one_batch_is_a_duplicate(intake, connection):
    accepted = accept(intake, connection, a_reading(4.2), a_reading(4.2), a_reading(5.0, device="F2"))
    assert len(accepted.stored_ids) == 2 and accepted.duplicate_ids == [a_reading().key]
    assert tallies(connection) == {"readings": 2, "duplicates": 1}


def test_a_contradiction_within_one_batch_is_a_conflict(intake, connection):
    accepted = accept(intake, connection, a_reading(4.2, id="a"), a_reading(4.3, id="b"))
    assert (accepted.stored_ids, [one.id for one in accepted.quarantined]) == (["a"], ["b"])


def test_an_id_of_a_reading_is_good_for_that_reading_alone(intake, connection):
    accept(intake, connection, a_reading(4.2, id="a", at=NOW - SECOND))
    same = accept(intake, connection, a_reading(4.2, id="a", at=NOW - SECOND))
    timeless = accept(intake, connection, a_reading(4.2, id="a", at=NOW + SECOND), now=NOW + SECOND)
    assert same.duplicate_ids == timeless.duplicate_ids == ["a"]
    for other in (
        a_reading(4.3, id="a", at=NOW - SECOND), a_reading(4.2, id="a", at=NOW - 2 * SECOND),
        a_reading(4.2, id="a", device="F2", at=NOW - SECOND), a_reading(4.3, id="a", at=NOW),
    ):  # fmt: skip
        (conflict,) = accept(intake, connection, other).quarantined
        assert (conflict.id, conflict.reason) == ("a", "conflict")
    assert stored(connection) == [("F1", "temperature", NOW - SECOND, 4.2)]


def test_an_id_of_a_fact_is_good_for_that_fact_alone(intake, connection):
    fact = MorningCheckDone(unit=UNIT, at=NOW - SECOND, id="m", person="P1", passed=True)
    accept(intake, connection, fact)
    assert accept(intake, connection, fact).duplicate_ids == ["m"]
    (conflict,) = accept(intake, connection, msgspec.structs.replace(fact, passed=False)).quarantined
    assert (conflict.id, conflict.reason) == ("m", "conflict")


def test_what_names_another_unit_than_its_device_is_in_is_kept_aside(intake, connection):
    wrong = msgspec.structs.replace(a_reading(), unit="U000002")
    fault = CameraFaultFound(unit="U000002", device="F1", fault="covered", at=NOW)
    refused = accept(intake, connection, wrong, fault).quarantined
    assert [one.reason for one in refused] == ["other_unit", "other_unit"]
    assert UNIT in refused[0].detail and "U000002" in refused[0].detail
    assert stored(connection) == []


def test_seconds_where_milliseconds_belong_are_named(intake, connection):
    seconds = datetime.fromtimestamp(NOW.timestamp() / 1000, UTC)
    (refused,) = accept(intake, connection, a_reading(at=seconds)).quarantined
    assert refused.reason == "too_old"
    assert NOW.isoformat() in refused.detail and "milliseconds" in refused.detail


def test_out_of_order_readings_are_all_stored_and_counted_as_late(intake, connection):
    accepted = accept(intake, connection, a_reading(1, at=NOW), a_reading(2, at=NOW - SECOND), a_reading(3, at=NOW))
    assert [value for *_, value in stored(connection)] == [2, 1]
    assert accepted.late == 1


def test_a_reading_that_another_process_stored_meanwhile_is_a_duplicate(intake, connection, database):
    accept(intake, connection, a_reading(1, at=NOW - 9 * SECOND))
    other = Intake(Registry.loaded(connection), PostgresLog(database))
    accept(other, connection, a_reading(2, at=NOW))
    accepted = accept(intake, connection, a_reading(2, at=NOW), a_reading(4, at=NOW + SECOND))
    assert accepted.duplicate_ids == [a_reading().key]
    assert [value for *_, value in stored(connection)] == [1, 2, 4]


def test_after_a_failed_transaction_the_same_readings_are_stored(intake, connection, database):
    with pytest.raises(RuntimeError), connection.transaction():
        intake.accept(connection, [a_reading(4.2, metric="brand_new")], NOW)
        raise RuntimeError("the disk is full")
    intake.forget()
    accepted = accept(intake, connection, a_reading(4.2, metric="brand_new"))
    assert accepted.late == 0
    assert stored(connection) == [("F1", "brand_new", NOW, 4.2)]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (a_reading(at=NOW + timedelta(minutes=5, seconds=1)), "future_time"),
        (a_reading(at=NOW - timedelta(days=401)), "too_old"),
        (a_reading(at=datetime(1970, 1, 1, tzinfo=UTC)), "too_old"),
        (a_reading(float("nan")), "not_finite"),
        (a_reading(float("inf")), "not_finite"),
        (a_reading(device="nobody"), "unknown_device"),
        (a_reading(metric="x" * 65), "unknown_metric"),
    ],
)
def test_what_cannot_be_believed_is_kept_with_its_reason(intake, connection, database, event, reason):
    accepted = accept(intake, connection, event)
    assert [one.reason for one in accepted.quarantined] == [reason]
    [(kept, detail)] = connection.execute("SELECT reason, detail FROM quarantine").fetchall()
    assert kept == reason and detail
    assert stored(connection) == [] and told(database) == []
    assert tallies(connection) == {f"quarantined:{reason}": 1}


def test_a_clock_a_little_ahead_is_believed(intake, connection):
    assert accept(intake, connection, a_reading(at=NOW + timedelta(minutes=5))).stored_ids


def test_a_refused_reading_may_be_told_again_under_its_id_once_its_device_exists(intake, connection):
    accept(intake, connection, a_reading(1, id="x", device="F9"))
    register(connection, "F9")
    assert accept(intake, connection, a_reading(1, id="x", device="F9")).stored_ids == ["x"]


def test_a_reading_without_a_unit_gets_the_one_that_the_registry_says(intake, connection, database):
    accept(intake, connection, ReadingTaken(unit="", device="F1", metric="temperature", value=1, at=NOW))
    assert told(database)[0].unit == UNIT


def test_other_facts_are_stored_once_by_their_id(intake, connection, database):
    check = MorningCheckDone(unit=UNIT, at=NOW, id="check-1", person="P1", passed=True)
    assert set(accept(intake, connection, check, a_reading()).stored_ids) == {"check-1", a_reading().key}
    assert accept(intake, connection, check).duplicate_ids == ["check-1"]
    assert connection.execute("SELECT id, kind, body->>'person' FROM fact").fetchall() == [
        ("check-1", "morning_check_done", "P1")
    ]
    assert len(told(database)) == 2


def test_facts_of_our_own_are_told_only_when_new(connection, database):
    log = PostgresLog(database)
    check = MorningCheckDone(unit=UNIT, at=NOW, id="check-1", person="P1\x00", passed=True)
    with connection.transaction():
        assert store_facts(connection, [check, check], log) == [check]
    with connection.transaction():
        assert store_facts(connection, [check], log) == []
    assert len(told(database)) == 1
