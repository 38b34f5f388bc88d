"""How much the alarms ask of the people at the desk, against EEMUA 191.

EEMUA Publication 191, "Alarm systems: a guide to design, management and procurement", gives for one operator and the
steady state: less than one alarm in ten minutes is very likely acceptable, one to two are manageable, five and more
likely over-demanding; ten and more in ten minutes are a flood.
Level 4 is information and silenced alarms call nobody: neither is counted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

SLOT = timedelta(minutes=10)
SHORTLY = timedelta(minutes=10)  # an answer within this is prompt

_RAISED: LiteralString = """
    SELECT raised_at, acknowledged_at, cleared_at FROM alarm
     WHERE raised_at >= %(since)s AND raised_at < %(now)s AND level < 4
"""
_STANDING: LiteralString = """
    SELECT count(*) AS standing, count(*) FILTER (WHERE silenced_until IS NOT NULL) AS silenced,
           count(*) FILTER (WHERE state = 'open' AND silenced_until IS NULL) AS untouched,
           count(*) FILTER (WHERE raised_at < %(day)s) AS old
      FROM alarm WHERE state <> 'cleared' AND level < 4
"""
_ACTORS: LiteralString = """
    SELECT alarm.device_id, device.kind AS device_kind, device.name AS device_name, alarm.unit_id,
           unit.name AS unit_name, unit.name_en AS unit_name_en, count(*) AS alarms, min(alarm.level) AS worst,
           count(*) FILTER (WHERE alarm.cleared_at - alarm.raised_at < interval '1 minute') AS fleeting
      FROM alarm JOIN unit ON unit.id = alarm.unit_id LEFT JOIN device ON device.id = alarm.device_id
     WHERE alarm.raised_at >= %(week)s AND alarm.level < 4 AND alarm.device_id IS NOT NULL
     GROUP BY alarm.device_id, device.kind, device.name, alarm.unit_id, unit.name, unit.name_en
     ORDER BY count(*) DESC, min(alarm.level), alarm.device_id LIMIT 10
"""
_OPERATORS: LiteralString = """
    SELECT acknowledged_by AS account, max(acknowledged_name) AS name, count(*) AS alarms,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM acknowledged_at - raised_at)) AS seconds
      FROM alarm WHERE acknowledged_at >= %(since)s GROUP BY acknowledged_by ORDER BY count(*) DESC LIMIT 20
"""


def band(per_slot: float) -> str:
    """How EEMUA 191 would call that many alarms in ten minutes."""
    if per_slot < 1:
        return "acceptable"
    if per_slot <= 2:
        return "manageable"
    if per_slot < 5:
        return "demanding"
    return "over_demanding" if per_slot < 10 else "flood"


def load(connection: Connection, now: datetime, hours: int = 8) -> dict[str, Any]:
    """What the page shows of the last hours, the present and the week. As seen by who asks."""
    end = slot_of(now) + SLOT
    values = {"since": end - timedelta(hours=hours), "now": now, "day": now - timedelta(days=1)}
    values["week"] = now - timedelta(days=7)
    with connection.cursor(row_factory=dict_row) as cursor:
        raised = cursor.execute(_RAISED, values).fetchall()
        standing = cursor.execute(_STANDING, values).fetchone() or {}
        actors = cursor.execute(_ACTORS, values).fetchall()
        operators = cursor.execute(_OPERATORS, values).fetchall()
    slots = count([row["raised_at"] for row in raised], values["since"], end)
    current = sum(now - SLOT < row["raised_at"] <= now for row in raised)
    average = sum(slots) / len(slots)
    return {
        "at": now, "since": values["since"], "slot_minutes": 10, "slots": slots, "current": current,
        "current_band": band(current), "average": round(average, 2), "average_band": band(average),
        "peak": max(slots), "standing": standing, **answers(raised, now), "actors": actors, "operators": operators,
    }  # fmt: skip


def slot_of(moment: datetime) -> datetime:
    """The begin of its ten minutes."""
    return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)


def count(moments: Sequence[datetime], since: datetime, end: datetime) -> list[int]:
    """How many fell into each ten minutes."""
    slots = [0] * ((end - since) // SLOT)
    for moment in moments:
        if since <= moment < end:
            slots[(moment - since) // SLOT] += 1
    return slots


def answers(raised: Sequence[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """How fast people answered. One that is younger than the prompt time and open still has its chance."""
    due = [row for row in raised if row["acknowledged_at"] or now - row["raised_at"] >= SHORTLY]
    waits = [row["acknowledged_at"] - row["raised_at"] for row in raised if row["acknowledged_at"]]
    stood = [row["cleared_at"] - row["raised_at"] for row in raised if row["cleared_at"]]
    prompt = sum(wait <= SHORTLY for wait in waits)
    return {
        "raised": len(raised),
        "prompt_share": round(prompt / len(due), 4) if due else None,
        "acknowledge_seconds": median(waits).total_seconds() if waits else None,
        "close_seconds": median(stood).total_seconds() if stood else None,
    }
