import threading
from datetime import UTC, datetime, timedelta

import psycopg

from streaming.events import ReadingTaken
from streaming.log.postgres import PostgresLog

NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)


def a_reading(value: float = 4.0, seconds: int = 0) -> ReadingTaken:
    at = NOON + timedelta(seconds=seconds)
    return ReadingTaken(unit="U1", device="D1", metric="temperature", value=value, at=at)


def values(batches) -> list[float]:
    return [event.value for batch in batches for event in batch.events]


def test_what_was_appended_is_read_in_order(database, connection):
    log = PostgresLog(database)
    for value in (1.0, 2.0, 3.0):
        with connection.transaction():
            log.append(connection, [a_reading(value)])
    assert values(log.read(after=0)) == [1.0, 2.0, 3.0]


def test_a_transaction_that_rolls_back_leaves_nothing_to_read(database, connection):
    log = PostgresLog(database)
    try:
        with connection.transaction():
            log.append(connection, [a_reading()])
            raise RuntimeError("power failure")
    except RuntimeError:
        pass
    assert log.read(after=0) == []


def test_a_batch_that_commits_late_is_never_skipped(database):
    """A slow writer holds the only turn: a faster one waits for it instead of overtaking it."""
    log = PostgresLog(database)
    with psycopg.connect(database) as slow:
        log.append(slow, [a_reading(1.0)])
        fast_done = threading.Event()

        def fast() -> None:
            with psycopg.connect(database) as connection:
                PostgresLog(database).append(connection, [a_reading(2.0)])
            fast_done.set()

        thread = threading.Thread(target=fast)
        thread.start()
        assert not fast_done.wait(0.3)
        assert log.read(after=0) == []
        slow.commit()
        thread.join(10)
    assert values(log.read(after=0)) == [1.0, 2.0]


def test_recorded_times_never_go_back_when_the_clock_does(database, connection):
    log = PostgresLog(database)
    log.append(connection, [a_reading(1.0)])
    connection.execute("UPDATE log SET recorded_at = now() + interval '1 hour'")  # the clock was an hour ahead
    log.append(connection, [a_reading(2.0)])
    first, second = log.read(after=0)
    assert second.recorded_at >= first.recorded_at


def test_a_group_continues_where_it_committed(database, connection):
    log = PostgresLog(database)
    assert log.offset_of("score") == 0
    offset = log.append(connection, [a_reading()])
    log.commit(connection, "score", offset)
    assert log.offset_of("score") == offset
    assert log.read(after=log.offset_of("score")) == []


def test_waiting_ends_when_something_is_appended(database, connection):
    log = PostgresLog(database)
    log.head()  # opens the listening connection
    threading.Timer(0.1, lambda: log.append(connection, [a_reading()])).start()
    started = datetime.now(UTC)
    log.wait(30)
    assert datetime.now(UTC) - started < timedelta(seconds=20)
