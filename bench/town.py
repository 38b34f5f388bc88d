"""A town to look at: the demo city's registry in a database, told on the log, for page tests, pictures and measures."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import psycopg

from scoring.rules import ensure_defaults
from sensors.catalogue import CATALOGUE
from sensors.city import registry
from streaming.events import (
    AlarmCleared,
    AlarmRaised,
    AreaDrawn,
    DeviceCameOnline,
    DeviceRegistered,
    Event,
    IndexChanged,
    ReadingTaken,
    UnitRegistered,
)
from streaming.log.postgres import PostgresLog

BATCH = 2000
DIMENSIONS = ("disclosure", "self_inspection", "smart_kitchen", "fire", "public")


def tell(database: str, events: Iterable[Event]) -> None:
    """Append facts to the log as if ingest and score had."""
    log, events = PostgresLog(database), list(events)
    with psycopg.connect(database) as connection:
        for start in range(0, len(events), BATCH):
            log.append(connection, events[start : start + BATCH])
            connection.commit()
    log.close()


def register(database: str, units: int, seed: int = 20241, cameras: bool = True) -> registry.City:
    """Build the city, store its registry and tell of it."""
    city = registry.build(units, seed)
    devices = [device for device in city.devices if cameras or CATALOGUE[device.kind].family != "camera"]
    city = city._replace(devices=devices)
    with psycopg.connect(database) as connection:
        _store(connection, city)
        ensure_defaults(connection)
    tell(database, registrations(city))
    return city


def registrations(city: registry.City) -> list[Event]:
    at = datetime.now(UTC) - timedelta(days=1)
    banner = {area.id: area.parent_id for area in city.areas}
    told: list[Event] = [
        AreaDrawn(
            unit="", at=at, area=area.id, level=area.kind, name=area.name, parent=area.parent_id, name_en=area.name_en,
            latitude=area.latitude, longitude=area.longitude, demonstration=area.demonstration,
        )
        for area in city.areas
    ]  # fmt: skip
    told += [
        UnitRegistered(
            unit=unit.id, at=at, name=unit.name, business_type=unit.business_type, area=banner[unit.street_id],
            street=unit.street_id, latitude=unit.latitude, longitude=unit.longitude, name_en=unit.name_en,
            opens_at=unit.opens_at, closes_at=unit.closes_at,
        )
        for unit in city.units
    ]  # fmt: skip
    told += [
        DeviceRegistered(
            unit=device.unit_id, at=at, device=device.id, device_kind=device.kind, room=device.room, name=device.name,
            interval_seconds=device.interval_seconds, public=device.public,
        )
        for device in city.devices
    ]  # fmt: skip
    return told


def indices(city: registry.City, at: datetime, seed: int = 1) -> list[Event]:
    """An index for every unit, spread as in a well-kept city."""
    random = Random(seed)
    told: list[Event] = []
    for unit in city.units:
        total = round(min(99.5, max(41.0, random.gauss(88, 8))), 1)
        colour = "green" if total >= 85 else "blue" if total >= 70 else "yellow" if total >= 60 else "red"
        grade = next(
            name
            for least, name in ((90, "very_good"), (80, "good"), (70, "fair"), (60, "poor"), (0, "very_poor"))
            if total >= least
        )
        dimensions = {name: round(min(100, max(20, random.gauss(total, 6))), 1) for name in DIMENSIONS}
        told.append(
            IndexChanged(
                unit=unit.id, at=at, total=total, colour=colour, grade=grade, coverage=0.8, dimensions=dimensions
            )
        )
    return told


def presence(city: registry.City, at: datetime, seed: int = 2) -> list[Event]:
    random = Random(seed)
    return [DeviceCameOnline(unit=d.unit_id, at=at, device=d.id) for d in city.devices if random.random() < 0.955]


def readings(devices: Sequence[registry.Device], at: datetime, seed: int = 3, beyond: float = 0.0) -> list[Event]:
    """One reading of each metric of each device; some share lies beyond the usual range."""
    random = Random(seed)
    told: list[Event] = []
    for device in devices:
        for metric in CATALOGUE[device.kind].metrics:
            low, high = metric.usual or (0.0, 1.0)
            value = random.uniform(low + 0.3 * (high - low), high - 0.3 * (high - low))
            if high > low and random.random() < beyond:
                value = high + random.uniform(0.1, 0.6) * (100 - high if metric.unit == "%" else high - low)
            told.append(
                ReadingTaken(unit=device.unit_id, at=at, device=device.id, metric=metric.key, value=round(value, 2))
            )
    return told


def warm_fridge(device: registry.Device, at: datetime, level: int = 2, value: float = 11.4) -> AlarmRaised:
    since = at - timedelta(minutes=31)
    return AlarmRaised(
        unit=device.unit_id, at=at, id=f"raised:{device.id}", alarm=f"temperature:{device.id}", level=level,
        since=since, rule=f"alarm/{device.kind}/temperature", incident=f"device:{device.id}", reason="above_limit",
        device=device.id, metric="temperature", value=value, limit="0 … 8 °C",
    )  # fmt: skip


def cooled(device: registry.Device, at: datetime) -> AlarmCleared:
    return AlarmCleared(
        unit=device.unit_id, at=at, id=f"cleared:{device.id}", alarm=f"temperature:{device.id}", value=5.1
    )


def mixed_alarms(city: registry.City, at: datetime, count: int, seed: int = 4) -> list[Event]:
    """Alarms of many reasons and levels, none twice."""
    random = Random(seed)
    told: list[Event] = []
    for number, device in enumerate(random.sample(city.sensors, min(count, len(city.sensors)))):
        raised = at - timedelta(minutes=random.randrange(0, 240))
        since = raised - timedelta(minutes=random.choice((5, 30, 60)))
        reason, metric, value, limit, level = random.choice(_REASONS.get(device.kind, _SILENT))
        told.append(
            AlarmRaised(
                unit=device.unit_id, at=raised, id=f"mixed:{number}", alarm=f"mixed:{number}", rule="alarm/mixed",
                level=level, since=since, incident=f"mixed:{number}", reason=reason, device=device.id, metric=metric,
                value=value, limit=limit,
            )
        )  # fmt: skip
    return told


_SILENT: tuple = (("device_offline", "", None, "", 3),)
_REASONS: dict[str, tuple] = {
    "fridge_temp_humidity": (
        ("above_limit", "temperature", 11.4, "0 … 8 °C", 2),
        ("above_limit", "humidity", 94.0, "35 … 90 %", 3),
        ("device_offline", "", None, "", 3),
    ),
    "freezer_temp_humidity": (("above_limit", "temperature", -6.2, "≤ -12 °C", 2),),
    "gas_alarm": (("above_limit", "lel", 27.0, "≤ 25 %LEL", 1), ("above_limit", "lel", 12.0, "≤ 10 %LEL", 2)),
    "smoke_alarm": (("smoke", "smoke", 1.0, "≤ 0", 1), ("device_offline", "", None, "", 3)),
    "rat_guard": (("above_limit", "displacement", 9.5, "≤ 6 mm", 3),),
    "cabinet_disinfection": (("cycle_ok", "cycle_ok", 0.0, "≥ 1", 2), ("device_offline", "", None, "", 3)),
}


def _store(connection: psycopg.Connection, city: registry.City) -> None:
    parents = {area.id: area.parent_id for area in city.areas}

    def path(area: str) -> str:
        return f"{path(parents[area])}/{area}" if parents[area] else area

    def copy(table: str, columns: str, rows: Iterable[tuple]) -> None:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as into:
            for row in rows:
                into.write_row(row)

    copy(
        "area", "id, parent_id, kind, name, name_en, path, latitude, longitude, demonstration, boundary",
        ((a.id, a.parent_id or None, a.kind, a.name, a.name_en, path(a.id), a.latitude, a.longitude, a.demonstration,
          a.boundary or None) for a in city.areas),
    )  # fmt: skip
    copy(
        "unit", "id, name, name_en, social_credit_code, business_type, banner_id, street_id, area_path, address,"
        " latitude, longitude, legal_person, phone, opens_at, closes_at",
        ((u.id, u.name, u.name_en, u.social_credit_code, u.business_type, parents[u.street_id], u.street_id,
          path(u.street_id), u.address, u.latitude, u.longitude, u.legal_person, u.phone, u.opens_at or None,
          u.closes_at or None) for u in city.units),
    )  # fmt: skip
    copy(
        "device", "id, unit_id, kind, name, room, interval_seconds, public",
        ((d.id, d.unit_id, d.kind, d.name, d.room, d.interval_seconds, d.public) for d in city.devices),
    )  # fmt: skip
