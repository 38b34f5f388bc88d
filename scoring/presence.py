"""How long a device was online (DEV-06): by day of the city, and over the last seven days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from psycopg import Connection

# An interval counts with the part of it that lies within the day; one that is still open lasts until now.
_SECONDS = """
    SELECT day.no, coalesce(sum(extract(epoch FROM
               least(coalesce(presence.until, %(now)s), day.until, %(now)s) - greatest(presence.since, day.since)))
               FILTER (WHERE presence.device_id IS NOT NULL), 0)
      FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY AS day (since, until, no)
      LEFT JOIN device_presence AS presence
        ON presence.device_id = %(device)s AND presence.since < least(day.until, %(now)s)
       AND coalesce(presence.until, %(now)s) > day.since
     GROUP BY day.no ORDER BY day.no
"""


@dataclass(frozen=True)
class OnlineDay:
    """Seconds online of those that the day has had so far."""

    day: date
    online_seconds: float
    possible_seconds: float

    @property
    def rate(self) -> float:
        return self.online_seconds / self.possible_seconds if self.possible_seconds else 0.0


def online_days(connection: Connection, device: str, now: datetime, zone: tzinfo, days: int = 7) -> list[OnlineDay]:
    """The last days of the city up to now, the oldest first; today is the last."""
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=back) for back in reversed(range(days))]
    since = [datetime.combine(day, time.min, zone) for day in dates]
    until = [datetime.combine(day + timedelta(days=1), time.min, zone) for day in dates]
    values = {"device": device, "now": now, "since": since, "until": until}
    rows = connection.execute(_SECONDS, values).fetchall()
    return [
        OnlineDay(day, float(seconds), (min(end, now) - start).total_seconds())
        for day, start, end, (_, seconds) in zip(dates, since, until, rows, strict=True)
    ]


def online_seconds(connection: Connection, device: str, now: datetime, zone: tzinfo, days: int = 7) -> float:
    """Seconds online over the last days of the city, today included."""
    return sum(day.online_seconds for day in online_days(connection, device, now, zone, days))
