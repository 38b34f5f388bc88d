"""Accounts from the command line, and what a house has before anybody has one."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from records.accounts.model import ROLES
from records.accounts.sign_in import sign_in
from records.jobs import _of_people
from sunshine.cli import app


@pytest.fixture
def run(database, monkeypatch):
    """A command on this database: what it says; a command that must fail is told so."""
    monkeypatch.setenv("DATABASE_URL", database)

    def told(*words: str, fails: bool = False) -> str:
        done = CliRunner().invoke(app, list(words))
        assert (done.exit_code != 0) == fails, done.output
        return done.output

    return told


@pytest.fixture
def opened(connection):
    @contextmanager
    def open_():
        with connection.transaction():
            yield connection

    return open_


def one_time(said: str) -> str:
    found = re.search(r"one-time password  (\S+)", said)
    assert found, said
    return found.group(1)


def test_roles_are_there_before_anybody_is(run, connection):
    run("db", "migrate")
    assert {row[0] for row in connection.execute("SELECT key FROM role")} == {key for key, *_ in ROLES}
    connection.execute("UPDATE role SET name_en = 'Ours' WHERE key = 'operator'")
    run("db", "migrate")
    assert connection.execute("SELECT name_en FROM role WHERE key = 'operator'").fetchone() == ("Ours",)


def test_the_first_account_is_made_helped_and_written_down(run, connection, opened):
    password = one_time(run("account", "create", "boss", "--role", "administrator"))
    assert sign_in(opened, "boss", password, datetime.now(UTC))
    assert "boss" in run("account", "list")
    again = one_time(run("account", "reset-password", "boss"))
    assert again != password
    connection.execute("UPDATE account SET locked_until = now() + interval '1 day' WHERE id = 'boss'")
    run("account", "unlock", "boss")
    assert sign_in(opened, "boss", again, datetime.now(UTC))
    actions = [
        row[0] for row in connection.execute("SELECT action FROM audit WHERE protocol = 'command line' ORDER BY id")
    ]
    assert actions == ["account_created", "password_reset", "account_unlocked"]
    assert not connection.execute("SELECT FROM audit WHERE detail::text LIKE %s", (f"%{password}%",)).fetchone()


@pytest.mark.parametrize(
    "words",
    [
        ("create", "x1", "--role", "nonsense"),
        ("create", "x1", "--role", "operator", "--area", "nowhere"),
        ("create", "x1", "--role", "administrator", "--role", "auditor"),
        ("reset-password", "nobody"),
        ("unlock", "nobody"),
    ],
    ids=lambda words: " ".join(words),
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(run, connection, words):
    run("account", *words, fails=True)
    assert connection.execute("SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM audit)").fetchone() == (
        0,
        0,
    )


def test_a_log_that_somebody_changed_is_told_by_the_command(run, connection):
    run("account", "create", "boss", "--role", "administrator")
    assert "1 rows are whole" in run("account", "audit-check")
    connection.execute("ALTER TABLE audit DISABLE TRIGGER USER")
    connection.execute("UPDATE audit SET subject_id = 'somebody'")
    connection.execute("ALTER TABLE audit ENABLE TRIGGER USER")
    assert "row 1 of the audit log" in run("account", "audit-check", fails=True)


def test_the_audit_log_is_shortened_only_when_a_setting_says_so(run, connection):
    assert _of_people(None) == ()
    run("account", "create", "boss", "--role", "administrator")
    (job,) = _of_people(12)
    assert job.run(connection, datetime.now(UTC) + timedelta(days=900)) == (0,)  # twelve months stay in any case
    assert connection.execute("SELECT count(*) FROM audit").fetchone() == (1,)
