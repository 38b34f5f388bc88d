"""What is usual for a device: between which values nine of ten of its own readings lay at the same hour of the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from psycopg import Connection

DAYS = 14
ENOUGH_DAYS = 3  # fewer do not tell what is usual
ENOUGH_READINGS = 12

_BY_HOUR = """
    SELECT extract(hour FROM at AT TIME ZONE %(zone)s)::int AS hour,
           percentile_cont(ARRAY[0.05, 0.95]) WITHIN GROUP (ORDER BY value) AS band,
           count(*) AS n, count(DISTINCT (at AT TIME ZONE %(zone)s)::date) AS days
      FROM reading
     WHERE device_no = %(device_no)s AND metric_no = (SELECT no FROM metric WHERE key = %(metric)s)
       AND at >= %(since)s AND at < %(until)s
     GROUP BY 1
"""


@dataclass(frozen=True)
class Usual:
    """`hours`: 24 pairs; None where too little is known. `days`: of how many days the best known hour is."""

    hours: list[tuple[float, float] | None]
    days: int

    @property
    def known(self) -> bool:
        return any(self.hours)


def usual(connection: Connection, device_no: int, metric: str, at: datetime, zone: ZoneInfo) -> Usual:
    """From the 14 whole days before the day of `at`: what goes wrong today does not become usual today."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {
        "device_no": device_no, "metric": metric, "zone": zone.key, "since": midnight - timedelta(days=DAYS),
        "until": midnight,
    }  # fmt: skip
    hours: list[tuple[float, float] | None] = [None] * 24
    most = 0
    for hour, (low, high), n, days in connection.execute(_BY_HOUR, values).fetchall():
        most = max(most, days)
        if days >= ENOUGH_DAYS and n >= ENOUGH_READINGS:
            hours[hour] = (low, high)
    return Usual(hours, most)
