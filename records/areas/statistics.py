"""How areas stand, in numbers that add up: counted per place that has units, then added up to streets, banners, city.

Every question counts the units of a `Chosen` by their place; ask with a connection that sees what the person sees.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.areas.chosen import Chosen
from records.licences.expiry import days

Sums = Counter[str]

STANDING: LiteralString = """
    SELECT unit.area_path, count(*) AS units, count(total) AS indexed, coalesce(sum(total), 0) AS index_sum,
           count(*) FILTER (WHERE colour = 'green') AS green, count(*) FILTER (WHERE colour = 'blue') AS blue,
           count(*) FILTER (WHERE colour = 'yellow') AS yellow, count(*) FILTER (WHERE colour = 'red') AS red
      FROM unit JOIN chosen USING (id) LEFT JOIN unit_state ON unit_state.unit_id = unit.id GROUP BY 1
"""
ONLINE: LiteralString = """
    SELECT area_path, count(*) AS devices, count(online) AS heard, count(*) FILTER (WHERE online) AS online
      FROM device JOIN chosen ON chosen.id = device.unit_id
      LEFT JOIN device_state ON device_state.device_id = device.id
     WHERE device.removed_at IS NULL GROUP BY 1
"""
ALARMS: LiteralString = """
    SELECT chosen.area_path, count(*) FILTER (WHERE level = 1) AS level_1,
           count(*) FILTER (WHERE level = 2) AS level_2, count(*) FILTER (WHERE level = 3) AS level_3
      FROM alarm JOIN chosen ON chosen.id = alarm.unit_id WHERE state <> 'cleared' GROUP BY 1
"""
INSPECTED: LiteralString = """
    SELECT area_path, count(DISTINCT fact.unit_id) AS inspected
      FROM fact JOIN chosen ON chosen.id = fact.unit_id
     WHERE kind = 'self_inspection_done' AND at >= %(today)s AND body->>'round' = 'daily_control' GROUP BY 1
"""
LICENCES: LiteralString = """
    SELECT area_path, count(DISTINCT unit_id) FILTER (WHERE expires_on >= %(month)s) AS expiring,
           count(DISTINCT unit_id) FILTER (WHERE expires_on < %(day)s) AS expired
      FROM licence JOIN chosen ON chosen.id = licence.unit_id WHERE expires_on <= %(month_end)s GROUP BY 1
"""
RECTIFICATIONS: LiteralString = """
    SELECT area_path, count(*) AS ordered, count(closed.id) AS closed,
           count(*) FILTER (WHERE closed.id IS NULL AND (ordered.body->>'due_at')::timestamptz < %(now)s) AS overdue
      FROM fact ordered JOIN chosen ON chosen.id = ordered.unit_id
      LEFT JOIN fact closed ON closed.kind = 'rectification_closed' AND closed.unit_id = ordered.unit_id
                           AND closed.body->>'rectification' = ordered.body->>'rectification'
     WHERE ordered.kind = 'rectification_ordered' GROUP BY 1
"""
STANDINGS = (STANDING, ONLINE, ALARMS, INSPECTED, LICENCES, RECTIFICATIONS)


@dataclass(frozen=True)
class Moment:
    """Now, and the days of the city that it lies in. `now` in the city's own time."""

    now: datetime

    @property
    def midnight(self) -> datetime:
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def values(self) -> dict[str, Any]:
        today: date = self.now.date()
        first, last = days("month", today)
        return {
            "now": self.now, "today": self.midnight, "day": today, "soon": today + timedelta(days=30),
            "month": first, "month_end": last, "week": self.midnight - timedelta(days=7),
            "days_30": self.now - timedelta(days=30), "days_90": self.now - timedelta(days=90),
        }  # fmt: skip


def counted(
    connection: Connection, chosen: Chosen, moment: Moment, questions: Sequence[LiteralString] = STANDINGS
) -> dict[str, Sums]:
    """By the path of an area: what the questions count there and in whatever lies in it."""
    found: dict[str, Sums] = defaultdict(Counter)
    with connection.cursor(row_factory=dict_row) as cursor:
        for question in questions:
            query: LiteralString = f"WITH chosen AS MATERIALIZED ({chosen.units}) {question}"
            for row in cursor.execute(query, chosen.values | moment.values):
                path = row.pop("area_path")
                for place in upwards(path):
                    found[place].update(row)
    return found


def upwards(path: str) -> Iterator[str]:
    """The path and those of the areas that it lies in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def standing(sums: Sums) -> dict[str, Any]:
    """The figures of a row in a ranking. What is not known is None, never 0."""
    colours = {colour: sums[colour] for colour in ("green", "blue", "yellow", "red")}
    alarms = {level: sums[f"level_{level}"] for level in (1, 2, 3)}
    return {
        "units": sums["units"],
        "index": round(sums["index_sum"] / sums["indexed"], 1) if sums["indexed"] else None,
        "colours": {**colours, "none": sums["units"] - sum(colours.values())},
        "alarms": alarms,
        "open": sum(alarms.values()),
        "worst": next((level for level, count in alarms.items() if count), None),
        "devices": sums["devices"],
        "online": sums["online"] if sums["heard"] else None,
        "online_rate": rate(sums["online"], sums["devices"]) if sums["heard"] else None,
        "inspected": sums["inspected"],
        "expiring": sums["expiring"],
        "expired": sums["expired"],
        "ordered": sums["ordered"],
        "closed": sums["closed"],
        "overdue": sums["overdue"],
        "rectified": rate(sums["closed"], sums["ordered"]),
    }


def rate(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
