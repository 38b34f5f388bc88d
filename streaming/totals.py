"""What the database has counted, for /metrics: totals of every process, and the newest value of every device."""

import time
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
from prometheus_client.core import REGISTRY, CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sensors.catalogue import CATALOGUE

FRESH_SECONDS = 1.0  # scrapes within one second share the answers

_TALLY: LiteralString = "SELECT thing, sum(total)::bigint FROM tally GROUP BY thing ORDER BY thing"
_UNITS: LiteralString = "SELECT count(*) FROM unit WHERE status = 'active'"
_DEVICES: LiteralString = """
    SELECT kind, CASE WHEN online IS NULL THEN 'unknown' WHEN online THEN 'online' ELSE 'offline' END, count(*)
      FROM device LEFT JOIN device_state ON device_id = id WHERE removed_at IS NULL GROUP BY 1, 2
"""
_ALARMS: LiteralString = """
    SELECT wanted.level, count(alarm.id) FROM generate_series(1, 4) AS wanted (level)
      LEFT JOIN alarm ON alarm.level = wanted.level AND state <> 'cleared' GROUP BY 1 ORDER BY 1
"""
_READINGS: LiteralString = """
    SELECT device_state.unit_id, device_id, metric, (last->>'value')::float8,
           extract(epoch FROM (last->>'at')::timestamptz)::float8
      FROM device_state, jsonb_each(readings) AS reading (metric, last) ORDER BY device_id, metric
"""
_PLAIN = {"readings": "Readings stored", "facts": "Other facts stored", "duplicates": "Told again, stored once",
          "late": "Stored behind a newer one",
          "conflicts": "Told again with another value, the first kept"}  # fmt: skip


class DatabaseTotals(Collector):
    """Counts that outlive a process. When the database does not answer they are left out: no number, not an old one."""

    def __init__(self, database: str, series: bool = False):
        """`series`: also the newest value of every device, some thousands of lines."""
        self._database = database
        self._series = series
        self._found: list[Metric] = []
        self._found_at = -FRESH_SECONDS

    def collect(self) -> Iterator[Metric]:
        if time.monotonic() - self._found_at >= FRESH_SECONDS:
            self._found = self._ask()
            self._found_at = time.monotonic()
        yield from self._found

    def describe(self) -> list[Metric]:
        return []  # else registering would ask the database

    def _ask(self) -> list[Metric]:
        try:
            with psycopg.connect(self._database, autocommit=True, connect_timeout=2) as connection:
                found = [*_tallies(connection), *_city(connection)]
                return [*found, *_readings(connection)] if self._series else found
        except psycopg.Error:
            return []


_registered: list[DatabaseTotals] = []


def register_totals(database: str, series: bool = False) -> None:
    """Add the totals to this process's /metrics, in place of those registered before."""
    while _registered:
        REGISTRY.unregister(_registered.pop())
    _registered.append(DatabaseTotals(database, series))
    REGISTRY.register(_registered[0])


def _tallies(connection: psycopg.Connection[Any]) -> list[Metric]:
    totals = dict(connection.execute(_TALLY).fetchall())
    quarantined = CounterMetricFamily("sunshine_quarantined", "Messages kept aside, by reason", labels=["reason"])
    for thing, total in totals.items():
        if thing.startswith("quarantined:"):
            quarantined.add_metric([thing.partition(":")[2]], total)
    plain = [CounterMetricFamily(f"sunshine_{thing}", said, totals.get(thing, 0)) for thing, said in _PLAIN.items()]
    return [quarantined, *plain]


def _city(connection: psycopg.Connection[Any]) -> list[Metric]:
    row = connection.execute(_UNITS).fetchone()
    devices = GaugeMetricFamily("sunshine_devices", "Registered devices", labels=["family", "state"])
    counts: dict[tuple[str, str], int] = {}
    for kind, state, count in connection.execute(_DEVICES):
        family = CATALOGUE[kind].family if kind in CATALOGUE else "sensor"
        counts[family, state] = counts.get((family, state), 0) + count
    for labels, count in sorted(counts.items()):
        devices.add_metric(labels, count)
    alarms = GaugeMetricFamily("sunshine_alarms_open", "Alarms that are not cleared", labels=["level"])
    for level, count in connection.execute(_ALARMS):
        alarms.add_metric([str(level)], count)
    return [GaugeMetricFamily("sunshine_units", "Active units", row[0] if row else 0), devices, alarms]


def _readings(connection: psycopg.Connection[Any]) -> list[Metric]:
    labels = ["unit", "device", "metric"]
    values = GaugeMetricFamily("sunshine_reading", "Newest value of a device, in the unit of its metric", labels=labels)
    times = GaugeMetricFamily("sunshine_reading_timestamp_seconds", "When it was measured", labels=labels)
    for unit, device, metric, value, at in connection.execute(_READINGS):
        values.add_metric([unit, device, metric], value)
        times.add_metric([unit, device, metric], at)
    return [values, times]
