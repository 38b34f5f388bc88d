"""Whatever was live at a past second is what history says of it."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streaming.log.postgres import PostgresLog
from tests.twin.cities import a_device, a_reading, a_unit, an_alarm, an_area, an_index, any_event
from twin import checkpoint
from twin.apply import apply_batch, fold
from twin.history import replay, state_at
from twin.state import EMPTY, City

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


def clear(connection: psycopg.Connection) -> None:
    connection.execute("TRUNCATE log, checkpoint")


def record(connection: psycopg.Connection, log: PostgresLog, live: City, events: list, seconds: float) -> City:
    """Append a batch as if it had been recorded then; the live city after it."""
    with connection.transaction():
        offset = log.append(connection, events)
        connection.execute(
            "UPDATE log SET recorded_at = %s WHERE log_offset = %s", (BEGIN + timedelta(seconds=seconds), offset)
        )
    for batch in log.read(live.offset):
        live = apply_batch(live, batch)
    return live


step = st.tuples(st.lists(any_event, min_size=1, max_size=8), st.integers(0, 5), st.booleans())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, min_size=1, max_size=6))
def test_history_equals_what_was_live_at_every_second(database, connection, steps):
    clear(connection)
    log, live, second = PostgresLog(database), EMPTY, 0
    was = {0: EMPTY}
    for events, pause, keep in steps:
        second += pause
        live = record(connection, log, live, events, second)
        was[second] = live
        if keep:
            with connection.transaction():
                checkpoint.save(connection, live)
    log.close()
    for moment in range(second + 2):
        newest = max(one for one in was if one <= moment)
        found = state_at(database, BEGIN + timedelta(seconds=moment))
        # The offset of the empty beginning is a matter of the table, not of the city.
        assert found == was[newest]


def test_a_replay_shows_each_step_as_it_was(database, connection):
    log, live = PostgresLog(database), EMPTY
    live = record(connection, log, live, [an_area(), a_unit(), a_device(), a_reading(4.0)], 0)
    with connection.transaction():
        checkpoint.save(connection, live)
    for second in (2, 3, 7):
        live = record(connection, log, live, [a_reading(float(second), seconds=second)], second)
    seen = {
        (moment - BEGIN).total_seconds(): city.devices["D1"].readings["temperature"].value
        for moment, city in replay(database, BEGIN, BEGIN + timedelta(seconds=8), timedelta(seconds=1))
    }
    assert seen == {0: 4.0, 1: 4.0, 2: 2.0, 3: 3.0, 4: 3.0, 5: 3.0, 6: 3.0, 7: 7.0, 8: 7.0}


def test_a_checkpoint_gives_back_the_same_city():
    city = fold(EMPTY, [an_area(), a_unit(), a_device(), a_reading(), an_alarm(), an_index()])
    assert checkpoint.load(checkpoint.dump(city)) == city


@settings(max_examples=100, deadline=None)
@given(st.lists(any_event, max_size=40))
def test_any_city_survives_being_written_and_read(events):
    city = fold(EMPTY, events)
    assert checkpoint.load(checkpoint.dump(city)) == city


def test_a_checkpoint_of_another_version_is_passed_over(database, connection, monkeypatch):
    log = PostgresLog(database)
    live = record(connection, log, EMPTY, [a_unit()], 1)
    with connection.transaction():
        checkpoint.save(connection, live)
    live = record(connection, log, live, [a_unit("U2")], 2)
    with monkeypatch.context() as other, connection.transaction():
        other.setattr(checkpoint, "FORM", checkpoint.FORM + 1)
        checkpoint.save(connection, live)
    assert set(checkpoint.newest(connection).units) == {"U1"}
    assert state_at(database, BEGIN + timedelta(seconds=3)) == live


def test_a_replay_must_move_forward(database):
    with pytest.raises(ValueError, match="moves forward"):
        next(replay(database, BEGIN, BEGIN, timedelta(0)))
