"""The city's tables: areas, units, devices, licences and people, the same for the same seed.

The column names are those of the CSV files that the product imports.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import NamedTuple

from sensors.catalogue import CATALOGUE
from sensors.city import boundary, equipment, geography, names
from sensors.city.credit_code import COMPANY, INSTITUTION, SELF_EMPLOYED, credit_code
from sensors.city.geography import Banner, Spot, Street
from sensors.city.shares import apportion, cameras_by_type, spread, units_by_type

FOUNDED = date(2026, 11, 1)  # licences and certificates run out relative to this day unless told another


class Area(NamedTuple):
    id: str
    parent_id: str
    kind: str
    name: str
    name_en: str
    latitude: float
    longitude: float
    demonstration: bool
    boundary: str


class Unit(NamedTuple):
    id: str
    name: str
    name_en: str
    social_credit_code: str
    business_type: str
    street_id: str
    address: str
    latitude: float
    longitude: float
    legal_person: str
    phone: str
    opens_at: str
    closes_at: str


class Device(NamedTuple):
    id: str
    unit_id: str
    kind: str
    name: str
    room: str
    interval_seconds: int
    vendor: str
    model: str
    serial: str
    public: bool
    aliases: str


class Licence(NamedTuple):
    unit_id: str
    kind: str
    number: str
    issued_on: date
    expires_on: date | None


class Person(NamedTuple):
    id: str
    unit_id: str
    name: str
    role: str
    health_certificate_expires_on: date


class City(NamedTuple):
    """All tables. `sensors` are the devices that report numbers; cameras only have a state."""

    areas: list[Area]
    units: list[Unit]
    devices: list[Device]
    licences: list[Licence]
    people: list[Person]

    @property
    def sensors(self) -> list[Device]:
        return [device for device in self.devices if CATALOGUE[device.kind].family != "camera"]

    @property
    def cameras(self) -> list[Device]:
        return [device for device in self.devices if CATALOGUE[device.kind].family == "camera"]


def build(units: int, seed: int, today: date = FOUNDED) -> City:
    """The city of that many units and that seed. `today` places the expiry dates of papers."""
    random = Random(f"city {seed}")
    counts = units_by_type(units)
    rows = _units(counts, random)
    devices = _devices([row.business_type for row in rows], rows, counts, random)
    return City(_areas(), rows, devices, _licences(rows, today, random), _people(rows, today, random))


def export(folder: Path, units: int, seed: int, today: date = FOUNDED) -> list[Path]:
    """Writes areas.csv, units.csv, devices.csv, licences.csv and people.csv; answers with their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for table, rows in build(units, seed, today)._asdict().items():
        paths.append(folder / f"{table}.csv")
        paths[-1].write_text(as_csv(rows), encoding="utf-8", newline="")
    return paths


def as_csv(rows: Iterable[tuple]) -> str:
    """The rows with a header line; nothing is an empty field, yes and no are true and false."""
    rows = list(rows)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0]._fields if rows else ())  # type: ignore[attr-defined]
    writer.writerows([_plain(value) for value in row] for row in rows)
    return text.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _areas() -> list[Area]:
    rings = geography.boundaries()
    ident, name, name_en, latitude, longitude = geography.CITY
    rows = [Area(ident, "", "city", name, name_en, latitude, longitude, False, _shape(boundary.outline()))]
    for b in geography.BANNERS:
        shape = _shape(rings[b.id])
        rows.append(Area(b.id, ident, "banner", b.name, b.name_en, b.latitude, b.longitude, False, shape))
    return rows + [
        Area(s.id, s.banner.id, "street", s.name, s.name_en, *_rounded(s), s.demonstration, "")
        for s in geography.streets()
    ]


def _rounded(street: Street) -> tuple[float, float]:
    return round(street.latitude, 6), round(street.longitude, 6)


def _shape(ring: list[boundary.Point]) -> str:
    return json.dumps(boundary.geojson(ring), separators=(",", ":"))


_CANTEENS = ("school", "elderly", "medical", "government", "nursery")
# Opening and closing hour of each type; shops of one type differ by a little.
_HOURS: dict[str, tuple[tuple[str, str], ...]] = {
    "extra_large": (("09:00", "22:00"), ("10:00", "21:30")),
    "large": (("09:30", "21:30"), ("10:00", "22:00"), ("09:00", "21:00")),
    "medium": (("09:30", "21:30"), ("10:00", "22:00"), ("10:30", "21:00"), ("11:00", "23:00")),
    "small": (("06:00", "14:30"), ("07:00", "21:00"), ("08:00", "21:30"), ("10:00", "22:00"), ("10:30", "23:30"),
              ("16:00", "02:00")),
    "beverage": (("09:00", "22:00"), ("10:00", "22:30"), ("08:00", "20:00")),
    "school": (("05:30", "19:30"), ("06:00", "18:30"), ("06:30", "17:30")),
    "elderly": (("05:30", "19:00"), ("06:00", "19:00")),
    "medical": (("05:30", "20:00"),),
    "government": (("06:30", "14:00"), ("06:30", "19:00"), ("07:00", "13:30")),
    "nursery": (("07:00", "17:30"),),
    "mobile": (("07:00", "20:00"), ("08:00", "21:00")),
}  # fmt: skip


def _units(counts: dict[str, int], random: Random) -> list[Unit]:
    shares = {banner.id: banner.share for banner in geography.BANNERS}
    per_banner = {kind: apportion(count, shares) for kind, count in counts.items()}
    rows: list[Unit] = []
    for banner in geography.BANNERS:
        streets = [street for street in geography.streets() if street.banner is banner]
        types: dict[str, list[str]] = {street.id: [] for street in streets}
        for kind, split in per_banner.items():
            # Demonstration streets are rows of shops: no school stands in them.
            weights = {s.id: 0.0 if s.demonstration and kind in (*_CANTEENS, "mobile") else s.share for s in streets}
            for street_id, count in apportion(split[banner.id], weights).items():
                types[street_id] += [kind] * count
        for street in streets:
            random.shuffle(types[street.id])
            spots = geography.spots(street, len(types[street.id]), random)
            for kind, spot in zip(types[street.id], spots, strict=True):
                rows.append(_unit(len(rows) + 1, kind, banner, street, spot, random))
    return rows


def _unit(number: int, kind: str, banner: Banner, street: Street, spot: Spot, random: Random) -> Unit:
    name, name_en = names.shop(kind, (banner.name, banner.name_en), (street.name, street.name_en), random)
    body = INSTITUTION if kind in _CANTEENS else SELF_EMPLOYED if kind in ("small", "beverage", "mobile") else COMPANY
    opens_at, closes_at = random.choice(_HOURS[kind])
    return Unit(
        id=f"U{number:06}",
        name=name,
        name_en=name_en,
        social_credit_code=credit_code(body, banner.code, number * 611_953 % 1_000_000),
        business_type=kind,
        street_id=street.id,
        address=f"{banner.name}{street.name}{spot.road}{spot.number}号",
        latitude=spot.latitude,
        longitude=spot.longitude,
        legal_person=names.person(random),
        phone=f"1{random.choice('35789')}0{random.randint(0, 99_999_999):08}",
        opens_at=opens_at,
        closes_at=closes_at,
    )


def _devices(types: list[str], units: list[Unit], counts: dict[str, int], random: Random) -> list[Device]:
    points = equipment.sensing_points(types, random)
    languages = equipment.Languages(random)
    cameras = {
        kind: iter(random.sample(found := list(spread(total, counts[kind])), len(found)))
        for kind, total in cameras_by_type(counts).items()
    }
    rows: list[Device] = []
    for unit, kinds in zip(units, points, strict=True):
        if kinds:
            rows += _sensors(unit.id, kinds, languages, random)
        rows += _cameras(unit.id, next(cameras[unit.business_type], 0), random)
    return rows


def _sensors(unit: str, kinds: list[str], languages: equipment.Languages, random: Random) -> list[Device]:
    seen: Counter[str] = Counter()
    ids = []
    for kind in kinds:
        seen[kind] += 1
        ids.append(f"{unit}-{equipment.CODES[kind]}{seen[kind]}")
    several = {kind for kind, count in seen.items() if count > 1}
    rows = []
    for kind, ident, alias in zip(kinds, ids, languages.of_kitchen(unit, kinds, ids), strict=True):
        name, room = equipment.NAMES[kind]
        vendor, model = random.choice(equipment.VENDORS["terminal" if kind == "morning_check_machine" else "sensor"])
        label = f"{ident[len(unit) + 3 :]}号{name}" if kind in several else name
        rows.append(Device(ident, unit, kind, label, room, equipment.interval_seconds(kind), vendor, model,
                           f"S{random.getrandbits(40):010X}", False, alias))  # fmt: skip
    return rows


def _cameras(unit: str, count: int, random: Random) -> list[Device]:
    rows = []
    for number in range(1, count + 1):
        room = equipment.CAMERA_ROOMS[(number - 1) % len(equipment.CAMERA_ROOMS)]
        vendor, model = random.choice(equipment.VENDORS["camera"])
        public = room in equipment.PUBLIC_ROOMS and random.random() < 0.7
        rows.append(Device(f"{unit}-C{number}", unit, "network_camera", f"{room}摄像机", room, 0, vendor, model,
                           f"C{random.getrandbits(40):010X}", public, ""))  # fmt: skip
    return rows


def _licences(units: list[Unit], today: date, random: Random) -> list[Licence]:
    rows = []
    for number, unit in enumerate(units, 1):
        issued = today - timedelta(days=random.randint(200, 3_600))
        rows.append(Licence(unit.id, "business_license", unit.social_credit_code, issued, None))
        expires = today + timedelta(days=_days_left(random))
        food = f"JY{1 + (unit.business_type in _CANTEENS) * 2}15{unit.social_credit_code[4:8]}{number:07}"
        rows.append(Licence(unit.id, "food_license", food, expires - timedelta(days=5 * 365), expires))
    return rows


def _days_left(random: Random) -> int:
    """Five-year papers: 3 % are within 60 days of their end, as evenly spread ones are, and a few are over.

    Nobody renews here, so the first weeks have no ends but these: an office that works renews in time.
    """
    luck = random.random()
    if luck < 0.003:
        return -random.randint(1, 40)
    if luck < 0.033:
        return random.randint(15, 60)
    return random.randint(75, 5 * 365 - 30)


_STAFF = {
    "extra_large": (14, 20), "large": (8, 14), "medium": (4, 8), "small": (2, 4), "beverage": (2, 4), "school": (5, 12),
    "elderly": (3, 7), "medical": (6, 12), "government": (3, 7), "nursery": (2, 4), "mobile": (4, 9),
}  # fmt: skip


def _people(units: list[Unit], today: date, random: Random) -> list[Person]:
    rows = []
    for unit in units:
        count = random.randint(*_STAFF[unit.business_type])
        roles = ["principal", "safety_officer"] + (["safety_director"] if count >= 8 else [])
        for number in range(count):
            luck = random.random()
            days = -random.randint(1, 60) if luck < 0.02 else random.randint(0, 30) if luck < 0.08 else None
            expires = today + timedelta(days=random.randint(31, 364) if days is None else days)
            name = unit.legal_person if number == 0 else names.person(random)
            role = roles[number] if number < len(roles) else "practitioner"
            rows.append(Person(f"{unit.id}-P{number + 1}", unit.id, name, role, expires))
    return rows
