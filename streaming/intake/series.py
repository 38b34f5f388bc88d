"""Rows of readings: the fast way for what is newer than all we know of its series, the careful way for the rest."""

from collections.abc import Mapping, Set

import numpy as np
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


Rows = list[tuple[Key, float]]


class SeriesStore:
    """Remembers the newest time of each series, so that most rows need no look at the table."""

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}

    def forget(self) -> None:
        """After a transaction that failed, or where others write the same series."""
        self._newest = {}

    def store(self, connection: Connection, told: Mapping[Key, float]) -> tuple[Set[Key], int]:
        """Store values by their keys; returns the keys that were new and how many of them came late.

        The first value ever told for a key wins.
        """
        self._learn(connection, {series for series, _ in told})
        fresh, careful = self._divide(told)
        stored: Set[Key] = set()
        if fresh:
            if not self._copied(connection, fresh):
                stored = _merge(connection, fresh)
            elif careful:
                stored = {key for key, _ in fresh}
            else:
                return told.keys(), 0
        late = _merge(connection, careful) if careful else set()
        return stored | late, len(late)

    def _learn(self, connection: Connection, series: set[int]) -> None:
        unknown = [one for one in series if one not in self._newest]
        if not unknown:
            return
        self._newest.update(dict.fromkeys(unknown, NEVER))
        columns = [one >> 15 for one in unknown], [one & 0x7FFF for one in unknown]
        for device_no, metric_no, millis in connection.execute(_NEWEST, columns):
            self._newest[series_of(device_no, metric_no)] = millis

    def _divide(self, told: Mapping[Key, float]) -> tuple[Rows, Rows]:
        """Rows newer than all we know of their series, and the others."""
        newest = self._newest
        fresh: Rows = []
        careful: Rows = []
        for row in told.items():
            series, millis = row[0]
            if millis > newest[series]:
                newest[series] = millis
                fresh.append(row)
            else:
                careful.append(row)
        return fresh, careful

    def _copied(self, connection: Connection, rows: Rows) -> bool:
        """Whether the quick way worked; not when somebody else stored one of these readings meanwhile."""
        try:
            with connection.transaction():
                copy_readings(connection, *columns_of(rows))
        except psycopg.errors.UniqueViolation:
            return False
        return True


def _merge(connection: Connection, rows: Rows) -> set[Key]:
    """Store what is not there yet; returns its keys."""
    new = merge_readings(connection, *columns_of(rows))
    return {(series_of(device_no, metric_no), micros // 1000) for device_no, metric_no, micros in new}


def columns_of(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Device numbers, metric numbers, microseconds, values."""
    series = np.array([series for (series, _), _ in rows], np.int64)
    millis = np.array([millis for (_, millis), _ in rows], np.int64)
    values = np.array([value for _, value in rows])
    return series >> 15, series & 0x7FFF, millis * 1000, values
