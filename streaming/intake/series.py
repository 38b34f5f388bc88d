"""Rows of readings: the fast way for what is newer than all we know of its series, the careful way for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import Connection

from streaming.timeseries.copy import copy_readings, merge_readings

Key = tuple[int, int]  # series, milliseconds: the identity of a reading
NEVER = -(1 << 62)

_NEWEST = """
    SELECT wanted.device_no, wanted.metric_no, floor(extract(epoch FROM newest.at) * 1000)::bigint
      FROM unnest(%s::int[], %s::smallint[]) AS wanted (device_no, metric_no)
     CROSS JOIN LATERAL (
           SELECT at FROM reading
            WHERE reading.device_no = wanted.device_no AND reading.metric_no = wanted.metric_no
            ORDER BY at DESC LIMIT 1) AS newest
"""


def series_of(device_no: int, metric_no: int) -> int:
    """One number for a device's metric: dictionaries of numbers are the quickest."""
    return device_no << 15 | metric_no


@dataclass
class _Rows:
    """Columns on their way to the table."""

    devices: list[int] = field(default_factory=list)
    metrics: list[int] = field(default_factory=list)
    millis: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, series: int, millis: int, value: float) -> None:
        self.devices.append(series >> 15)
        self.metrics.append(series & 0x7FFF)
        self.millis.append(millis)
        self.values.append(value)

    def micros(self) -> list[int]:
        return [millis * 1000 for millis in self.millis]

    def keys(self) -> set[Key]:
        return {(series_of(d, m), at) for d, m, at in zip(self.devices, self.metrics, self.millis, strict=True)}


class SeriesStore:
    """Remembers the newest time of each series, so that most rows need no look at the table."""

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}

    def forget(self) -> None:
        """After a transaction that failed, or where others write the same series."""
        self._newest = {}

    def store(self, connection: Connection, rows: Sequence[tuple[int, int, float]]) -> tuple[set[Key], int]:
        """Store rows (series, millis, value) of different keys; returns the keys that were new and how many came late.

        The first value told for a key wins.
        """
        self._learn(connection, {series for series, _, _ in rows})
        fresh, careful = self._divide(rows)
        stored: set[Key] = set()
        if fresh.millis:
            if self._copied(connection, fresh):
                stored = fresh.keys()
            else:
                stored = self._merged(connection, fresh)
        late = self._merged(connection, careful) if careful.millis else set()
        return stored | late, len(late)

    def _learn(self, connection: Connection, series: set[int]) -> None:
        unknown = [one for one in series if one not in self._newest]
        if not unknown:
            return
        self._newest.update(dict.fromkeys(unknown, NEVER))
        columns = [one >> 15 for one in unknown], [one & 0x7FFF for one in unknown]
        for device_no, metric_no, millis in connection.execute(_NEWEST, columns):
            self._newest[series_of(device_no, metric_no)] = millis

    def _divide(self, told: Sequence[tuple[int, int, float]]) -> tuple[_Rows, _Rows]:
        newest = self._newest
        fresh, careful = _Rows(), _Rows()
        for series, millis, value in told:
            if millis > newest[series]:
                newest[series] = millis
                fresh.add(series, millis, value)
            else:
                careful.add(series, millis, value)
        return fresh, careful

    def _copied(self, connection: Connection, rows: _Rows) -> bool:
        """Whether the quick way worked; not when somebody else stored one of these readings meanwhile."""
        try:
            with connection.transaction():
                copy_readings(connection, rows.devices, rows.metrics, rows.micros(), rows.values)
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def _merged(self, connection: Connection, rows: _Rows) -> set[Key]:
        new = merge_readings(connection, rows.devices, rows.metrics, rows.micros(), rows.values)
        return {(series_of(device_no, metric_no), micros // 1000) for device_no, metric_no, micros in new}
