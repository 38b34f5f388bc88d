"""One chart of the device page: a metric's curve with all that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection

from records.devices import file
from records.devices.curves import RAW, Curve, as_rows, curve
from records.devices.usual import usual
from scoring.alarms.hours import in_force, minutes_of
from scoring.alarms.state import Unit
from scoring.rules import LimitRule, load
from sensors.catalogue import metric_of
from streaming.timeseries.readings import WIDTH

OWN_USUAL = timedelta(days=8)  # by the hour of the day it is drawn up to here; beyond, its steps would be a smear
HOURLY = timedelta(hours=1)

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """`resolution` None: as fine as fits."""

    metric: str
    since: datetime
    until: datetime
    resolution: str | None = None


def chart(connection: Connection, id: str, asked: Asked, now: datetime, zone: ZoneInfo) -> Row | None:
    """None: there is no such device."""
    device = file.brief(connection, id)
    if device is None:
        return None
    interval = timedelta(seconds=device["interval_seconds"])
    found = curve(
        connection, device["no"], asked.metric, asked.since, asked.until, interval=interval, now=now,
        resolution=asked.resolution,
    )  # fmt: skip
    rules = load(connection).limits(device["kind"], asked.metric, device["business_type"])
    end = min(asked.until, now)
    return {
        "device": device["id"], "kind": device["kind"], "metric": asked.metric, "resolution": found.resolution,
        "since": _ms(asked.since), "until": _ms(asked.until), "now": _ms(now), "interval": interval.total_seconds(),
        "points": as_rows(found.points, found.resolution),
        "gaps": _stretches(found.gaps),
        "offline": _stretches(file.stretches_offline(connection, device, asked.since, end)),
        "limits": limits(rules),
        "usual": _usual(connection, device, asked, zone),
        "alarms": [_alarm(row) for row in file.alarms_of(connection, device, asked.metric, asked.since, asked.until)],
        "summary": summary(found, rules, _unit(device), zone),
    }  # fmt: skip


def limits(rules: Sequence[LimitRule]) -> list[Row]:
    """Each line to draw once, whichever rules draw it."""
    lines: dict[tuple[str, float], Row] = {}
    for rule in rules:
        for side, value in (("low", rule.low), ("high", rule.high)):
            if value is not None:
                line = lines.setdefault((side, value), {"side": side, "value": value, "when": set(), "level": 4})
                line["when"].add(rule.when)
                line["level"] = min(line["level"], rule.level)
    return [{**line, "when": _when(line["when"])} for line in lines.values()]


def _when(whens: set[str]) -> str:
    """Working hours and closed hours together are always."""
    return next(iter(whens)) if len(whens) == 1 else "always"


def summary(found: Curve, rules: Sequence[LimitRule], unit: Unit, zone: ZoneInfo) -> Row:
    """Least, greatest, mean, and how many readings (or buckets) went beyond a limit that counted then."""
    points = found.points
    if not points:
        return {"n": 0, "min": None, "max": None, "mean": None, "beyond": None, "of": 0, "by": found.resolution}
    n = sum(count for *_, count in points)
    return {
        "n": n,
        "min": min(low for _, _, low, _, _ in points),
        "max": max(high for _, _, _, high, _ in points),
        "mean": sum(mean * count for _, mean, _, _, count in points) / n,
        "beyond": beyond(found, rules, unit, zone),
        "of": len(points),
        "by": found.resolution,
    }


def beyond(found: Curve, rules: Sequence[LimitRule], unit: Unit, zone: ZoneInfo) -> int | None:
    """Points beyond a limit. None without limits, or where buckets are too wide to know the hours of a limit."""
    fine = found.resolution == RAW or WIDTH[found.resolution] <= HOURLY
    judging = [rule for rule in rules if fine or rule.when == "always"]
    if not judging:
        return None
    return sum(
        any((rule.outside(low) or rule.outside(high)) and in_force(rule.when, unit, _ms(at), zone) for rule in judging)
        for at, _, low, high, _ in found.points
    )


def _usual(connection: Connection, device: Row, asked: Asked, zone: ZoneInfo) -> Row | None:
    """The device's own, where enough days are known and the stretch is short enough to draw it; else the kind's."""
    metric = metric_of(device["kind"], asked.metric)
    flag = metric is not None and metric.usual is not None and metric.usual[0] == metric.usual[1]
    if flag:
        return None
    if asked.until - asked.since <= OWN_USUAL:
        own = usual(connection, device["no"], asked.metric, asked.until, zone)
        if own.known:
            return {"from": "own", "hours": own.hours, "days": own.days}
    if metric is None or metric.usual is None:
        return None
    return {"from": "kind", "low": metric.usual[0], "high": metric.usual[1]}


def _unit(device: Row) -> Unit:
    return Unit(
        id=device["unit"], opens=minutes_of(device["opens_at"] or ""), closes=minutes_of(device["closes_at"] or "")
    )


def _alarm(row: Row) -> Row:
    return {**row, "since": _ms(row["since"]), "cleared_at": _ms(row["cleared_at"]) if row["cleared_at"] else None}


def _stretches(found: Sequence[tuple[datetime, datetime]]) -> list[list[int]]:
    return [[_ms(since), _ms(until)] for since, until in found]


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
