"""A metric of a device over a stretch of time as a chart draws it: as fine as about 1,500 points allow, with the
stretches in which nothing came. Reading the curve is one question; what follows from it is worked out here, purely."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from psycopg import Connection

from streaming.timeseries.readings import WIDTH, Bucket, Measured, Readings

MOST_POINTS = 1500
RAW = "raw"
RESOLUTIONS = (RAW, *WIDTH)
EXACT_GAPS = 20_000  # so many readings are looked through one by one; beyond that gaps are those of the buckets

Moment = datetime
Stretch = tuple[datetime, datetime]
Point = tuple[datetime, float, float, float, int]  # when, mean, least, greatest, how many

# The neighbours of the stretch tell whether its edges are silent or only lie between two readings.
_EDGES = """
    SELECT (SELECT at FROM reading WHERE device_no = %(device_no)s AND metric_no = metric.no AND at < %(since)s
             AND at >= %(back)s ORDER BY at DESC LIMIT 1),
           (SELECT at FROM reading WHERE device_no = %(device_no)s AND metric_no = metric.no AND at >= %(until)s
             AND at < %(on)s ORDER BY at LIMIT 1)
      FROM metric WHERE key = %(metric)s
"""
_GAPS = """
    SELECT before, at FROM (
        SELECT at, lag(at) OVER (ORDER BY at) AS before FROM reading
         WHERE device_no = %(device_no)s AND metric_no = (SELECT no FROM metric WHERE key = %(metric)s)
           AND at >= %(since)s AND at < %(until)s) AS pairs
     WHERE at - before > %(silence)s ORDER BY at
"""
LOOK_AROUND = timedelta(days=40)


@dataclass(frozen=True)
class Curve:
    resolution: str
    points: list[Point]
    gaps: list[Stretch]


def resolution_for(span: timedelta, interval: timedelta) -> str:
    """The finest with at most 1,500 points. `interval` zero: the device speaks when something happens."""
    for name in RESOLUTIONS:
        width = WIDTH.get(name, timedelta())
        if name != RAW and width <= interval:
            continue  # a bucket of one reading says no more than the reading, and less exactly when
        if span <= MOST_POINTS * max(width, interval, timedelta(seconds=1)):
            return name
    return RESOLUTIONS[-1]


def coarser(resolution: str) -> str:
    return RESOLUTIONS[min(RESOLUTIONS.index(resolution) + 1, len(RESOLUTIONS) - 1)]


def curve(
    connection: Connection, device_no: int, metric: str, since: Moment, until: Moment, *, interval: timedelta,
    now: Moment, resolution: str | None = None,
) -> Curve:  # fmt: skip
    """`resolution`: as asked for; None: as fine as fits. A device may report more often than it promised."""
    readings = Readings(connection)
    chosen = resolution or resolution_for(until - since, interval)
    rows: Sequence[Measured] | Sequence[Bucket] = []
    while True:
        if chosen != RAW:
            rows = readings.buckets(device_no, metric, since, until, chosen)
        else:
            rows = readings.raw(device_no, metric, since, until, MOST_POINTS * 2 + 1)
        if resolution or len(rows) <= MOST_POINTS * 2 or chosen == RESOLUTIONS[-1]:
            break
        chosen = coarser(chosen)
    points = [_point(row) for row in rows]
    edges = _edges(connection, device_no, metric, since, until)
    width = WIDTH.get(chosen, timedelta())
    if chosen == RAW or not interval or (until - since) / interval > EXACT_GAPS:
        found = gaps(points, width, interval)
    else:
        values = {"device_no": device_no, "metric": metric, "since": since, "until": until, "silence": 2 * interval}
        found = connection.execute(_GAPS, values).fetchall()
    return Curve(chosen, points, with_edges(found, points, edges, since, min(until, now), width, interval))


def _point(row: Measured | Bucket) -> Point:
    if isinstance(row, Bucket):
        return row.start, row.avg, row.min, row.max, row.count
    return row.at, row.value, row.value, row.value, 1


def gaps(points: Sequence[Point], width: timedelta, interval: timedelta) -> list[Stretch]:
    """Stretches between points in which nothing came for more than twice the interval."""
    if not interval:
        return []
    return [
        (before + width, after)
        for (before, *_), (after, *_) in pairwise(points)
        if after - before - width > 2 * interval
    ]


def _edges(
    connection: Connection, device_no: int, metric: str, since: Moment, until: Moment
) -> tuple[Moment | None, Moment | None]:
    values = {"device_no": device_no, "metric": metric, "since": since, "until": until}
    row = connection.execute(_EDGES, values | {"back": since - LOOK_AROUND, "on": until + LOOK_AROUND}).fetchone()
    return row or (None, None)


def with_edges(
    found: Sequence[Stretch], points: Sequence[Point], edges: tuple[Moment | None, Moment | None],
    since: Moment, end: Moment, width: timedelta, interval: timedelta,
) -> list[Stretch]:  # fmt: skip
    """Silence that begins before the stretch, or lasts to its end. Before a device's first reading it owed none."""
    silence = 2 * interval
    if not interval or end <= since:
        return list(found)
    before, after = edges
    if not points:
        silent = before is not None and min(after or end, end) - before > silence
        return [(since, end)] if silent else []
    complete = list(found)
    first, last = points[0][0], points[-1][0] + width
    if before is not None and first > since and first - before > silence:
        complete.insert(0, (since, first))
    if end > last and (after or end) - last > silence:
        complete.append((max(last, complete[-1][1]) if complete else last, end))
    return complete


def as_rows(points: Sequence[Point], resolution: str) -> list[list[Any]]:
    """For a browser: milliseconds and the value, and for buckets its least, greatest and number of readings."""
    if resolution == RAW:
        return [[round(at.timestamp() * 1000), value] for at, value, *_ in points]
    return [[round(at.timestamp() * 1000), _short(mean), low, high, n] for at, mean, low, high, n in points]


def _short(value: float) -> float:
    return float(f"{value:.6g}")
