"""What people do with alarms."""

from datetime import datetime

from psycopg import Connection

from records.alarms.store import Alarms
from streaming.events import AlarmAcknowledged
from streaming.intake import store_facts
from streaming.log import Log


class CannotAcknowledge(ValueError):
    """The message says why."""


def acknowledge(connection: Connection, alarm: str, by: str, comment: str, now: datetime, log: Log) -> str | None:
    """Somebody takes charge of an alarm. Answers the id of the fact, or None when there is no such alarm."""
    row = Alarms(connection).one(alarm)
    if row is None:
        return None
    if row["state"] == "cleared":
        raise CannotAcknowledge("the alarm is cleared: there is nothing to take charge of")
    # The first to say so has it: the fact is named after the alarm, so a second one is no new fact.
    fact = AlarmAcknowledged(
        id=f"alarm_acknowledged:{alarm}", unit=row["unit_id"], at=now, alarm=alarm, by=by, comment=comment
    )
    with connection.transaction():
        if not store_facts(connection, [fact], log):
            raise CannotAcknowledge("somebody has taken charge of this alarm already")
    return fact.id
