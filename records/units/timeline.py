"""All facts of a unit, newest first, in groups that a person looks for."""

from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

Row = dict[str, Any]

GROUPS: dict[str, tuple[str, ...]] = {
    "alarms": ("alarm_raised", "alarm_changed", "alarm_acknowledged", "alarm_assigned", "alarm_commented",
               "alarm_silenced", "alarm_unsilenced", "alarm_cleared"),
    "index": ("index_changed",),
    "checks": ("morning_check_done", "self_inspection_done", "inspection_finished", "rectification_ordered",
               "rectification_closed"),
    "public": ("rating_given", "complaint_filed", "complaint_closed"),
    "devices": ("device_came_online", "device_went_offline", "camera_fault_found", "camera_fault_cleared",
                "command_sent"),
    "registry": ("unit_registered", "unit_closed", "device_registered", "device_removed", "licence_recorded",
                 "person_recorded"),
}  # fmt: skip

PAGE: LiteralString = """
    SELECT id, kind, at, recorded_at, device_id, body FROM fact
     WHERE unit_id = %(unit)s
       AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s))
       AND (%(day)s::date IS NULL OR at < (%(day)s::date + 1)::timestamptz)
       AND (%(upto)s::text IS NULL OR at <= (SELECT at FROM fact WHERE id = %(upto)s))
       AND (%(at)s::timestamptz IS NULL OR at < %(at)s OR (at = %(at)s AND id > %(after)s))
     ORDER BY at DESC, id LIMIT %(limit)s + 1
"""
COUNTS: LiteralString = "SELECT kind, count(*) FROM fact WHERE unit_id = %s GROUP BY kind"


def kinds_of(groups: list[str]) -> list[str] | None:
    """The kinds of these groups; None, all kinds, when none of them is a group."""
    return [kind for group in groups for kind in GROUPS.get(group, ())] or None


def facts(
    connection: Connection, unit: str, *, groups: list[str], limit: int = 60, day: date | None = None,
    upto: str | None = None, at: datetime | None = None, after: str = "",
) -> Row:  # fmt: skip
    """Facts behind (`at`, `after`); or those up to the end of `day`; or those up to the fact `upto`."""
    values = {
        "unit": unit,
        "kinds": kinds_of(groups),
        "day": day,
        "upto": upto,
        "at": at,
        "after": after,
        "limit": limit,
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(PAGE, values).fetchall()
    return {"facts": rows[:limit], "more": len(rows) > limit}


def counts(connection: Connection, unit: str) -> dict[str, int]:
    """How many facts there are, by group; all of them under an empty name."""
    known: dict[str, int] = dict(connection.execute(COUNTS, (unit,)).fetchall())
    return {"": sum(known.values())} | {
        name: sum(known.get(kind, 0) for kind in kinds) for name, kinds in GROUPS.items()
    }
