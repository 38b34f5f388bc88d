"""Builders that hide every detail that does not matter to a test."""

from datetime import UTC, date, datetime, timedelta

from scoring.alarms import AlarmEngine
from scoring.rules import Rule, Rules, defaults
from streaming.events import (
    AlarmChanged,
    AlarmCleared,
    AlarmRaised,
    DeviceRegistered,
    Event,
    LicenceRecorded,
    RatingGiven,
    ReadingTaken,
    SelfInspectionDone,
    UnitRegistered,
)

NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)  # twelve o'clock in the city


def after(minutes: float = 0, seconds: float = 0, days: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, seconds=seconds, days=days)


def a_unit(unit: str = "U1", business_type: str = "small", opens: str = "", closes: str = "") -> UnitRegistered:
    return UnitRegistered(
        unit=unit, at=NOON, name=unit, business_type=business_type, area="dongsheng", street="dongsheng-s01",
        opens_at=opens, closes_at=closes, id=f"unit_registered:{unit}",
    )  # fmt: skip


def a_device(device: str = "FR1", kind: str = "fridge_temp_humidity", unit: str = "U1", interval: int = 300):
    return DeviceRegistered(
        unit=unit, at=NOON, device=device, device_kind=kind, interval_seconds=interval, id=f"registered:{device}"
    )


def a_reading(value: float, minutes: float = 0, metric: str = "temperature", device: str = "FR1", unit: str = "U1"):
    return ReadingTaken(unit=unit, at=after(minutes), device=device, metric=metric, value=value)


def a_licence(unit: str = "U1", kind: str = "food_license", expires_on: date | None = date(2028, 1, 1)):
    return LicenceRecorded(
        unit=unit, at=NOON, licence=kind, number="1", expires_on=expires_on, id=f"licence:{unit}:{kind}:{expires_on}"
    )


def an_inspection_by_itself(days: float = 0, on_time: bool = True, findings: int = 0, unit: str = "U1"):
    return SelfInspectionDone(unit=unit, at=after(days=days), round="daily_control", on_time=on_time, findings=findings)


def a_rating(stars: int, days: float = 0, unit: str = "U1", id: str = ""):
    return RatingGiven(unit=unit, at=after(days=days), stars=stars, id=id)


def with_rule(key: str, **changes) -> Rules:
    rules = defaults()
    return rules.changed(Rule(key, 2, {**rules.body(key.partition("@")[0]), **changes}))


class Watched:
    """An engine and everything it said, so that a test can ask what happened."""

    def __init__(self, rules: Rules | None = None):
        self.engine = AlarmEngine(rules or defaults())
        self.said: list[Event] = []

    def hear(self, *events: Event) -> list[Event]:
        now = [said for event in events for said in self.engine.on_event(event)]
        self.said += now
        return now

    def tick(self, minutes: float) -> list[Event]:
        now = self.engine.tick(after(minutes))
        self.said += now
        return now

    def of(self, kind: type[Event]) -> list:
        return [event for event in self.said if type(event) is kind]

    @property
    def raised(self) -> list[AlarmRaised]:
        return self.of(AlarmRaised)

    @property
    def changed(self) -> list[AlarmChanged]:
        return self.of(AlarmChanged)

    @property
    def cleared(self) -> list[AlarmCleared]:
        return self.of(AlarmCleared)
