"""Readings of a device as rows: one moment a row with all its metrics, newest first; and its days."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection

from streaming.timeseries.readings import Readings

PAGE = 100

# The newest of each metric hold the newest moments of all of them.
_PAGE: LiteralString = """
    SELECT newest.at, metric.key, newest.value
      FROM metric
     CROSS JOIN LATERAL (
        SELECT at, value FROM reading
         WHERE device_no = %(device_no)s AND metric_no = metric.no AND at < %(before)s AND at >= %(since)s
         ORDER BY at DESC LIMIT %(most)s) AS newest
     WHERE metric.key = ANY (%(metrics)s)
     ORDER BY newest.at DESC
"""
_ALL: LiteralString = """
    SELECT reading.at, metric.key, reading.value
      FROM reading JOIN metric ON metric.no = reading.metric_no
     WHERE device_no = %(device_no)s AND metric.key = ANY (%(metrics)s) AND at >= %(since)s AND at < %(until)s
     ORDER BY reading.at
"""
_COUNT: LiteralString = """
    SELECT count(*) FROM (SELECT DISTINCT at FROM reading
     WHERE device_no = %(device_no)s AND at >= %(since)s AND at < %(until)s
       AND metric_no IN (SELECT no FROM metric WHERE key = ANY (%(metrics)s)) LIMIT %(most)s) AS moments
"""

Values = dict[str, float]


def page(
    connection: Connection, device_no: int, metrics: Sequence[str], before: datetime, since: datetime
) -> list[tuple[datetime, Values]]:
    """The newest moments before one."""
    values = {
        "device_no": device_no, "metrics": list(metrics), "before": before, "since": since, "most": PAGE + 1,
    }  # fmt: skip
    moments: dict[datetime, Values] = {}
    for at, metric, value in connection.execute(_PAGE, values).fetchall():
        moments.setdefault(at, {})[metric] = value
    return list(moments.items())[: PAGE + 1]


def count(
    connection: Connection, device_no: int, metrics: Sequence[str], since: datetime, until: datetime, most: int
) -> int:
    """How many moments there are; counting stops behind `most`."""
    values = {"device_no": device_no, "metrics": list(metrics), "since": since, "until": until, "most": most + 1}
    row = connection.execute(_COUNT, values).fetchone()
    return row[0] if row else 0


def everything(
    connection: Connection, device_no: int, metrics: Sequence[str], since: datetime, until: datetime
) -> Iterator[list[Any]]:
    """The moment and the value of each metric, oldest first, without holding them all."""
    place = {metric: index for index, metric in enumerate(metrics, start=1)}
    values = {"device_no": device_no, "metrics": list(metrics), "since": since, "until": until}
    row: list[Any] | None = None
    with connection.cursor(name="readings") as cursor:
        cursor.itersize = 5000
        for at, metric, value in cursor.execute(_ALL, values):
            if row is None or row[0] != at:
                if row is not None:
                    yield row
                row = [at, *[None] * len(metrics)]
            row[place[metric]] = value
    if row is not None:
        yield row


def buckets(
    connection: Connection, device_no: int, metrics: Sequence[str], since: datetime, until: datetime, width: str
) -> list[tuple[datetime, dict[str, tuple[float, float, float, int]]]]:
    """Least, mean, greatest and number of readings of each metric, newest first."""
    readings = Readings(connection)
    found: dict[datetime, dict[str, tuple[float, float, float, int]]] = {}
    for metric in metrics:
        for row in readings.buckets(device_no, metric, since, until, width):
            found.setdefault(row.start, {})[metric] = (row.min, row.avg, row.max, row.count)
    return sorted(found.items(), reverse=True)
