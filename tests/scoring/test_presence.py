from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scoring.presence import online_days, online_seconds

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 18, 4, tzinfo=UTC)  # noon of the 18th in the city
INSERT = "INSERT INTO device_presence (device_id, since, until) VALUES ('FR1', %s, %s)"


def hour(day: int, hour: float) -> datetime:
    return datetime(2026, 6, day, int(hour), round(hour % 1 * 60), tzinfo=ZONE)


def test_an_interval_over_midnight_counts_on_both_days(connection):
    connection.execute(INSERT, (hour(16, 22), hour(17, 3)))
    days = {each.day.day: each.online_seconds for each in online_days(connection, "FR1", NOW, ZONE)}
    assert (days[16], days[17], days[18]) == (2 * 3600, 3 * 3600, 0)


def test_a_device_that_is_still_online_counts_until_now(connection):
    connection.execute(INSERT, (hour(18, 6), None))
    today = online_days(connection, "FR1", NOW, ZONE)[-1]
    assert (today.online_seconds, today.possible_seconds) == (6 * 3600, 12 * 3600)
    assert today.rate == 0.5


def test_seven_days_are_the_sum_of_the_days_and_nothing_before(connection):
    connection.execute(INSERT, (hour(1, 0), hour(12, 1)))
    connection.execute(INSERT, (hour(14, 0), hour(14, 10)))
    assert online_seconds(connection, "FR1", NOW, ZONE) == pytest.approx(11 * 3600)


def test_a_device_never_heard_of_was_never_online(connection):
    assert [each.online_seconds for each in online_days(connection, "nobody", NOW, ZONE)] == [0] * 7
