"""What people do with alarms, stored."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import Connection

from records.alarms.deeds import Deed, Outcome, Person, Refusal, check, judge
from records.alarms.store import Alarms, Row
from streaming.grid import NOTHING
from streaming.intake import store_facts
from streaming.log import Log

_TAKEN = """
    SELECT body ->> 'alarm', coalesce(body ->> 'by_name', body ->> 'by') FROM fact WHERE id = ANY (%s)
"""


class CannotAcknowledge(ValueError):
    """The message says why."""


def do(connection: Connection, deed: Deed, rows: Sequence[Row], log: Log) -> Outcome:
    """Do it to these alarms (rows of `Alarms.some`): facts that were stored, and why others were not.

    Raises deeds.NotSo. Takes the log's lock: let nothing slow come after it in the transaction.
    """
    check(deed)
    outcome = judge(deed, rows)
    stored = {fact.key for fact in store_facts(connection, outcome.facts, log)}
    late = [fact.key for fact in outcome.facts if fact.key not in stored]
    outcome.facts = [fact for fact in outcome.facts if fact.key in stored]
    if late:  # somebody was faster, and the judges have not written it down yet
        taken = connection.execute(_TAKEN, (late,)).fetchall()
        outcome.refused += [Refusal(alarm, "taken", by) for alarm, by in taken]
    return outcome


def acknowledge(
    connection: Connection, alarm: str, by: str, comment: str, now: datetime, log: Log, account: str = ""
) -> str | None:
    """Somebody takes charge of an alarm. Answers the id of the fact, or None when there is no such alarm.

    `account`: of the person who does, where one signed in; else a program says for whom it acts.
    """
    rows = Alarms(connection).some([alarm])
    if not rows:
        return None
    deed = Deed("acknowledge", Person(account or by, by, NOTHING), now, text=comment)
    with connection.transaction():
        outcome = do(connection, deed, rows, log)
    if outcome.refused:
        if outcome.refused[0].code == "cleared":
            raise CannotAcknowledge("the alarm is cleared: there is nothing to take charge of")
        raise CannotAcknowledge("somebody has taken charge of this alarm already")
    return outcome.facts[0].key
