"""The audit log: only added to, and whoever changes a row behind its back is found out."""

import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from records.accounts.audit import record
from records.accounts.audit_search import Wanted, check, count, find, holds
from records.accounts.model import Viewer
from streaming.grid import EVERYTHING

SEALED_ANEW = """
    UPDATE audit SET seal = audit_seal(
               coalesce((SELECT seal FROM audit AS before WHERE before.id = audit.id - 1), ''), audit)
     WHERE id = %s
"""
SOMEBODY = Viewer("somebody", "Somebody", (), frozenset(), EVERYTHING, session="abc")


def test_a_row_says_who_did_what_from_where(connection):
    record(connection, SOMEBODY, "exported", "unit", "U1", "10.0.0.1", rows=3)
    row = connection.execute(
        "SELECT account_id, account_name, action, subject, subject_id, address, protocol, detail FROM audit"
    ).fetchone()
    assert row == (
        "somebody", "Somebody", "exported", "unit", "U1", "10.0.0.1", "http", {"session": "abc", "rows": 3},
    )  # fmt: skip


@pytest.mark.parametrize("deed", ["UPDATE audit SET action = 'other'", "DELETE FROM audit", "TRUNCATE audit"])
def test_nobody_changes_or_deletes_a_row(connection, deed):
    record(connection, SOMEBODY, "exported")
    with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
        connection.execute(deed)
    with pytest.raises(psycopg.errors.RaiseException), connection.transaction():
        connection.execute("SET LOCAL sunshine.audit_door = 'open'")
        connection.execute(deed)


def aged(connection, months, rows=3, subject="unit"):
    """Rows written so long ago: the clock of the database cannot be turned, so the triggers rest meanwhile."""
    first = connection.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()[0]
    for _ in range(rows):
        record(connection, SOMEBODY, "exported", subject)
    for id in range(first + 1, first + rows + 1):
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("UPDATE audit SET at = at - make_interval(months => %s) WHERE id = %s", (months, id))
            connection.execute(SEALED_ANEW, (id,))


def test_a_log_that_nobody_touched_is_whole(connection):
    for _ in range(3):
        record(connection, SOMEBODY, "exported")
    checked = check(connection)
    assert (checked.rows, checked.broken) == (3, None)
    assert holds(connection, checked.head) and not holds(connection, "00")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit SET account_id = 'other' WHERE id = 2",
        "UPDATE audit SET at = at + interval '1 second' WHERE id = 2",
        "UPDATE audit SET detail = '{}' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 1",
    ],
)
def test_whoever_goes_round_the_triggers_is_found_out(connection, deed):
    for _ in range(3):
        record(connection, SOMEBODY, "exported")
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(deed)
    assert check(connection).broken in (2, 3)


def test_writers_at_the_same_time_leave_one_chain(database, connection):
    def write():
        with psycopg.connect(database, autocommit=True) as own:
            for _ in range(20):
                record(own, SOMEBODY, "exported")

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    checked = check(connection)
    assert (checked.rows, checked.broken) == (80, None)


def test_a_deed_that_cannot_be_written_down_does_not_happen(connection):
    connection.execute("CREATE TABLE deed (id int)")
    with pytest.raises(psycopg.Error), connection.transaction():
        connection.execute("INSERT INTO deed VALUES (1)")
        connection.execute("SET LOCAL role sunshine_viewer")  # who may not write here
        record(connection, SOMEBODY, "exported")
    assert connection.execute("SELECT count(*) FROM deed").fetchone() == (0,)


def test_retention_leaves_twelve_months_whatever_it_is_told(connection):
    aged(connection, 11)
    assert connection.execute("SELECT audit_forget(now())").fetchone() == (0,)
    assert check(connection).rows == 3


def test_retention_keeps_registration_and_the_chain(connection):
    aged(connection, 30, rows=2)
    aged(connection, 25, rows=1, subject="account")
    aged(connection, 20, rows=1)
    record(connection, SOMEBODY, "exported")
    assert connection.execute("SELECT audit_forget(now() - interval '24 months')").fetchone() == (3,)
    checked = check(connection)
    assert (checked.rows, checked.broken) == (3, None)  # two that stay, and the one that says what was forgotten
    kept = find(connection, Wanted(subject="account"))
    assert [row["id"] for row in kept] == [3]
    assert find(connection, Wanted(action="audit_forgotten"))[0]["detail"]["rows"] == 3


def test_rows_are_found_by_who_what_when_and_words(connection):
    record(connection, SOMEBODY, "exported", "unit", "U1", "10.0.0.1", file="100%.csv")
    record(connection, None, "sign_in_refused", "account", "somebody", "10.0.0.2")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    sought = {
        2: [Wanted(), Wanted(account="somebody"), Wanted(address="10.0.")],
        1: [Wanted(action="exported"), Wanted(text="100%"), Wanted(subject="unit", subject_id="U1")],
        0: [Wanted(since=tomorrow), Wanted(text="%%"), Wanted(address="10.0.0.3")],
    }
    for rows, wishes in sought.items():
        for wanted in wishes:
            assert len(find(connection, wanted)) == count(connection, wanted) == rows, wanted
