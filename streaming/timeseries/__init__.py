"""Readings kept for years: storing them fast, rolling them up, asking for them, forgetting them in time."""

from streaming.timeseries.copy import copy_readings, merge_readings
from streaming.timeseries.readings import Readings

__all__ = ["Readings", "copy_readings", "merge_readings"]
