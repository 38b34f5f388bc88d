"""Slowing down whoever tries many passwords: a bucket per address that fills with failures and leaks slowly.

Names that no account has are counted too, as if they had one, so that nobody learns which names exist.
"""

from datetime import datetime, timedelta

from psycopg import Connection

from records.accounts.model import FAILURES, LOCK

FREE = 20  # failures an address may make at once; a whole office may sign in through one address
LEAK = timedelta(seconds=30)  # after each of these one more

CHARGE = """
    INSERT INTO sign_in_guess AS kept (address, failures, at) VALUES (%(who)s, 1, %(now)s)
    ON CONFLICT (address) DO UPDATE SET at = %(now)s, failures = 1 + greatest(0,
        kept.failures - extract(epoch FROM %(now)s - kept.at) / extract(epoch FROM %(leak)s::interval))
    WHERE greatest(0, kept.failures - extract(epoch FROM %(now)s - kept.at)
                      / extract(epoch FROM %(leak)s::interval)) < %(free)s
    RETURNING failures
"""
REFUND = "UPDATE sign_in_guess SET failures = greatest(0, failures - 1) WHERE address = %s"
FORGET = "DELETE FROM sign_in_guess WHERE at < CASE WHEN starts_with(address, 'name:') THEN %s ELSE %s END"
NAMES_KEPT = timedelta(days=90)  # an account's own failures are never forgotten: names nobody has look alike


def charge(connection: Connection, address: str, now: datetime) -> datetime | None:
    """Counts an attempt before it is made; until when the address has to wait, or None when it may try."""
    values = {"who": address, "now": now, "leak": LEAK, "free": FREE}
    return None if connection.execute(CHARGE, values).fetchone() else now + LEAK


def refund(connection: Connection, address: str) -> None:
    """It was no guess: the password was right."""
    connection.execute(REFUND, (address,))


def of_nobody(connection: Connection, name: str, now: datetime) -> datetime | None:
    """A failure at a name that no account has; until when that name is "locked"."""
    who = f"name:{name}"
    row = connection.execute("SELECT failures, at FROM sign_in_guess WHERE address = %s", (who,)).fetchone()
    failures, at = row or (0, now)
    if failures > FAILURES:
        if at + LOCK > now:
            return at + LOCK
        failures = 0
    connection.execute(
        "INSERT INTO sign_in_guess (address, failures, at) VALUES (%s, %s, %s) "
        "ON CONFLICT (address) DO UPDATE SET failures = excluded.failures, at = excluded.at",
        (who, failures + 1, now),
    )
    return now + LOCK if failures + 1 > FAILURES else None


def forget(connection: Connection, now: datetime) -> int:
    """Buckets that have run empty."""
    return connection.execute(FORGET, (now - NAMES_KEPT, now - timedelta(days=1))).rowcount
