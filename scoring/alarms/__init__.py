"""Alarms: raised once, grouped by cause, cleared when the fact ends. No clock, no database."""

from scoring.alarms.engine import AlarmEngine

__all__ = ["AlarmEngine"]
