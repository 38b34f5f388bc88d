"""Signing in: what is counted, what is locked, and for how long; the time is told, never waited for."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from records.accounts import passwords, sessions
from records.accounts.actions import create
from records.accounts.demo import PASSWORD
from records.accounts.guesses import FREE, LEAK
from records.accounts.model import FAILURES, IDLE, LOCK, LONGEST, VALID, WALL_STAYS, missing_in
from records.accounts.sign_in import CannotSignIn, sign_in
from records.accounts.store import Accounts

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def door(connection):
    """Signs in as `somebody` at a time; answers the secret, or the reason why not."""
    accounts = Accounts(connection)
    accounts.seed_roles()
    create(connection, "somebody", PASSWORD, NOW, roles=("operator",), areas=("*",), must_change=False)
    create(connection, "screen", PASSWORD, NOW, roles=("wall",), areas=("*",), must_change=False)

    @contextmanager
    def opened():
        with connection.transaction():
            yield connection

    def enter(password=PASSWORD, at=NOW, name="somebody", address="10.0.0.1"):
        try:
            return sign_in(opened, name, password, at, address=address)
        except CannotSignIn as refused:
            return refused

    return enter


def test_five_failures_are_forgiven_and_the_sixth_locks_for_half_an_hour(door):
    for _ in range(FAILURES):
        assert door("wrong").reason == "wrong"
    assert (door("wrong").reason, door().reason) == ("locked", "locked")
    assert door(at=NOW + LOCK - SECOND).reason == "locked"
    assert isinstance(door(at=NOW + LOCK + SECOND), str)


def test_after_the_half_hour_counting_begins_anew(door):
    for _ in range(FAILURES + 1):
        door("wrong")
    later = NOW + LOCK + SECOND
    assert door("wrong", later).reason == "wrong"
    assert isinstance(door(at=later), str)


def test_a_right_password_forgets_the_failures(door):
    for _ in range(3):
        for _ in range(FAILURES):
            door("wrong")
        assert isinstance(door(), str)


def test_a_name_nobody_has_answers_like_one_that_somebody_has(door):
    somebody = [door("wrong", address="10.0.0.2").reason for _ in range(FAILURES + 2)]
    nobody = [door("wrong", name="nobody", address="10.0.0.3").reason for _ in range(FAILURES + 2)]
    assert nobody == somebody
    assert door("wrong", NOW + LOCK + SECOND, "nobody").reason == "wrong"


def test_a_name_nobody_has_forgets_no_sooner(door):
    said = {}
    for name, address in (("somebody", "10.0.0.2"), ("nobody", "10.0.0.3")):
        early = [door("wrong", name=name, address=address).reason for _ in range(FAILURES)]
        said[name] = [*early, door("wrong", NOW + 3 * LOCK, name, address).reason]
    assert said["nobody"] == said["somebody"]


def test_a_name_nobody_has_takes_as_long(door):
    def seconds(name):
        began = time.perf_counter()
        door("wrong", name=name)
        return time.perf_counter() - began

    seconds("somebody"), seconds("nobody")  # the first ones prepare statements and hashes
    known, unknown = (min(seconds(name) for _ in range(3)) for name in ("somebody", "nobody"))
    assert 0.5 < known / unknown < 2


def test_an_address_that_tries_many_names_is_slowed_down(door):
    for number in range(FREE):
        door("wrong", name=f"name{number}", address="10.0.0.9")
    assert door(address="10.0.0.9").reason == "slow"
    assert isinstance(door(address="10.0.0.8"), str)
    assert isinstance(door(address="10.0.0.9", at=NOW + LEAK + SECOND), str)


def test_an_office_of_many_people_behind_one_address_is_not_slowed_down(door):
    assert all(isinstance(door(), str) for _ in range(FREE + 5))


def test_a_disabled_account_is_refused_without_saying_so(door, connection):
    connection.execute("UPDATE account SET disabled_at = now() WHERE id = 'somebody'")
    assert door().reason == "wrong"


def test_what_the_audit_log_says_of_the_door(door, connection):
    door("wrong")
    door()
    rows = connection.execute("SELECT account_id, action, subject_id, address FROM audit ORDER BY id").fetchall()
    assert rows == [
        ("", "sign_in_refused", "somebody", "10.0.0.1"),
        ("somebody", "signed_in", "somebody", "10.0.0.1"),
    ]
    assert "wrong" not in str(connection.execute("SELECT detail FROM audit").fetchall())


def test_a_session_nobody_uses_ends_after_an_hour_and_any_after_a_shift(door, connection):
    accounts, secret = Accounts(connection), door()
    assert accounts.viewer(secret, NOW + IDLE - SECOND)
    assert accounts.viewer(secret, NOW + IDLE + SECOND) is None
    at = NOW
    while at < NOW + LONGEST - timedelta(minutes=30):
        at += timedelta(minutes=30)
        accounts.used(secret, accounts.viewer(secret, at - SECOND), at - SECOND)
    assert accounts.viewer(secret, NOW + LONGEST - SECOND)
    assert accounts.viewer(secret, NOW + LONGEST + SECOND) is None


def test_a_wall_stays_for_as_long_as_it_is_used(door, connection):
    accounts, secret = Accounts(connection), door(name="screen")
    day = NOW + WALL_STAYS - timedelta(days=1)
    accounts.used(secret, accounts.viewer(secret, day), day)
    assert accounts.viewer(secret, NOW + WALL_STAYS + timedelta(days=20))
    assert accounts.viewer(secret, day + WALL_STAYS + SECOND) is None


def test_a_password_older_than_ninety_days_must_change(door, connection):
    accounts = Accounts(connection)
    young, old = NOW + VALID - timedelta(hours=1), NOW + VALID + timedelta(hours=1)
    assert not accounts.viewer(door(at=young), young).must_change
    assert accounts.viewer(door(at=old), old).must_change


def test_a_hash_of_weaker_parameters_is_made_anew_at_sign_in(door, connection):
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash(PASSWORD)
    connection.execute("UPDATE account SET password_hash = %s WHERE id = 'somebody'", (weak,))
    assert isinstance(door(), str)
    kept = connection.execute("SELECT password_hash FROM account WHERE id = 'somebody'").fetchone()[0]
    assert kept != weak and passwords.check(PASSWORD, kept) == (True, None)


def test_a_token_lasts_until_its_day_and_ends_with_its_account(door, connection):
    accounts = Accounts(connection)
    token = sessions.new_token(connection, "somebody", "report", 30, NOW, "")
    last = NOW + timedelta(days=30)
    assert accounts.viewer(token, last - SECOND) and accounts.viewer(token, last + SECOND) is None
    connection.execute("UPDATE account SET disabled_at = now() WHERE id = 'somebody'")
    assert accounts.viewer(token, NOW) is None


def test_one_time_passwords_keep_the_rules_and_differ():
    made = {passwords.one_time() for _ in range(200)}
    assert len(made) == 200 and not any(missing_in(word) for word in made)
