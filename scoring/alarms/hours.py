"""Working hours of a unit in the city's own time."""

from datetime import datetime, tzinfo

from scoring.alarms.state import Unit


def minutes_of(text: str) -> int:
    """`08:30` as minutes of the day; -1 for what is not a time."""
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute[:2].isdigit()):
        return -1
    return (int(hour) * 60 + int(minute[:2])) % 1440


def is_working(unit: Unit, at: int, zone: tzinfo) -> bool:
    """Whether the unit works at that moment. Hours that are not known are taken as always working."""
    if unit.opens < 0 or unit.closes < 0 or unit.opens == unit.closes:
        return True
    local = datetime.fromtimestamp(at / 1000, zone)
    minute = local.hour * 60 + local.minute
    if unit.opens < unit.closes:
        return unit.opens <= minute < unit.closes
    return minute >= unit.opens or minute < unit.closes  # a night kitchen closes after midnight


def in_force(when: str, unit: Unit, at: int, zone: tzinfo) -> bool:
    """Whether a limit for `when` counts at that moment."""
    return when == "always" or is_working(unit, at, zone) == (when == "working_hours")
