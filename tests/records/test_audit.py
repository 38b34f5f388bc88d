"""The audit log: only added to, and whoever changes a row behind its back is found out."""


import psycopg
import pytest

from records.accounts.audit import record
from records.accounts.model import Viewer
from streaming.grid import EVERYTHING

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
