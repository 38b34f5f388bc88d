"""The city's tables: the plan's numbers, the same for the same seed, and nothing that the registry would refuse."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from stdnum.cn import uscc

from sensors.catalogue import BUSINESS_TYPES, CATALOGUE
from sensors.city import boundary, geography
from sensors.city.registry import FOUNDED, build, export
from sensors.city.shares import UNITS, apportion, spread

SEED = 20241


@pytest.fixture(scope="module")
def city():
    return build(11_266, SEED)


def test_the_city_has_the_units_of_the_plan_by_type(city):
    assert len(city.units) == 11_266
    assert Counter(unit.business_type for unit in city.units) == UNITS
    assert UNITS.keys() == BUSINESS_TYPES.keys()


def test_the_city_has_the_cameras_of_the_plan_and_no_mobile_restaurant_has_one(city):
    assert len(city.cameras) == 15_672
    types = {unit.id: unit.business_type for unit in city.units}
    assert "mobile" not in {types[camera.unit_id] for camera in city.cameras}


def test_eight_hundred_ninety_four_units_have_three_sensing_points_on_average(city):
    assert len({device.unit_id for device in city.sensors}) == 894
    assert len(city.sensors) == 894 * 3


def test_every_kind_of_sensor_of_the_catalogue_is_somewhere(city):
    kinds = {kind.key for kind in CATALOGUE.values() if kind.metrics and kind.key != "ai_edge_box"}
    assert {device.kind for device in city.sensors} == kinds


def test_the_same_seed_gives_the_same_city_and_another_seed_another():
    assert build(300, 5) == build(300, 5)
    assert build(300, 5) != build(300, 6)


@pytest.mark.parametrize("units", [1, 7, 11, 60, 1_000, 12_392])
def test_a_city_of_any_size_keeps_the_mix(units):
    small = build(units, SEED)
    assert len(small.units) == units
    assert len({unit.business_type for unit in small.units}) == min(units, len(UNITS))
    assert len(small.cameras) == pytest.approx(15_672 * units / 11_266, abs=8)


def test_every_credit_code_is_valid_unique_and_from_a_banner_of_ordos(city):
    codes = [unit.social_credit_code for unit in city.units]
    assert all(map(uscc.is_valid, codes))
    assert len(set(codes)) == len(codes)
    assert {code[2:8] for code in codes} == {banner.code for banner in geography.BANNERS}


def test_ids_and_aliases_are_unique_and_references_lead_somewhere(city):
    for rows in (city.areas, city.units, city.devices, city.people):
        assert len({row.id for row in rows}) == len(rows)
    aliases = [device.aliases for device in city.devices if device.aliases]
    assert len(set(aliases)) == len(aliases)
    units, streets = {unit.id for unit in city.units}, {area.id for area in city.areas if area.kind == "street"}
    assert {unit.street_id for unit in city.units} <= streets
    for rows in (city.devices, city.licences, city.people):
        assert {row.unit_id for row in rows} <= units
    assert {device.kind for device in city.devices} <= CATALOGUE.keys()


def test_each_banner_has_eight_to_twenty_streets_and_three_or_more_are_demonstration_streets(city):
    streets = [area for area in city.areas if area.kind == "street"]
    per_banner = Counter(street.parent_id for street in streets)
    assert len(per_banner) == 9
    assert all(8 <= count <= 20 for count in per_banner.values())
    assert sum(street.demonstration for street in streets) >= 3


def test_every_unit_stands_inside_its_own_banner(city):
    banner_of = {street.id: street.banner.id for street in geography.streets()}
    rings = geography.boundaries()
    astray = [u.id for u in city.units
              if not boundary.contains(rings[banner_of[u.street_id]], (u.longitude, u.latitude))]  # fmt: skip
    assert astray == []


def test_the_banners_tile_the_city_without_gap_or_overlap():
    rings = geography.boundaries()
    whole = abs(boundary._area(boundary.outline()))
    assert sum(abs(boundary._area(ring)) for ring in rings.values()) == pytest.approx(whole, rel=1e-6)
    for east in range(12):
        for north in range(10):
            point = (106.9 + east * 0.41, 37.7 + north * 0.31)
            owners = sum(boundary.contains(ring, point) for ring in rings.values())
            assert owners == boundary.contains(boundary.outline(), point)


def test_a_demonstration_street_is_a_dense_row_of_shops(city):
    street = next(area for area in city.areas if area.demonstration)
    shops = [unit for unit in city.units if unit.street_id == street.id]
    assert len(shops) > 50
    assert max(u.latitude for u in shops) - min(u.latitude for u in shops) < 0.02
    assert not {"school", "government"} & {unit.business_type for unit in shops}


def test_three_of_a_hundred_licences_soon_run_out_and_a_few_are_over(city):
    left = [licence.expires_on - FOUNDED for licence in city.licences if licence.expires_on]
    over = sum(days < timedelta() for days in left)
    soon = sum(timedelta() <= days <= timedelta(days=60) for days in left)
    assert 0.001 < over / len(left) < 0.006
    assert 0.025 < soon / len(left) < 0.035


def test_expiry_follows_the_day_of_founding():
    early, late = build(200, 1, date(2026, 1, 1)), build(200, 1, date(2026, 2, 1))
    shift = {b.expires_on - a.expires_on for a, b in zip(early.licences, late.licences, strict=True) if a.expires_on}
    assert shift == {timedelta(days=31)}


def test_staff_numbers_fit_the_kind_of_kitchen(city):
    types = {unit.id: unit.business_type for unit in city.units}
    staff = Counter(person.unit_id for person in city.people)
    assert all(2 <= count <= 20 for count in staff.values())
    assert min(staff[unit] for unit in staff if types[unit] == "extra_large") > max(
        staff[unit] for unit in staff if types[unit] == "small"
    )


def test_names_are_many_bilingual_and_some_are_very_long(city):
    assert len({unit.name for unit in city.units}) > 5_000
    assert all(unit.name and unit.name_en.isascii() for unit in city.units)
    assert max(len(unit.name) for unit in city.units) > 35


def test_a_minority_of_sensors_speaks_other_dialects(city):
    spoken = Counter(device.aliases.partition("=")[0] for device in city.sensors)
    assert set(spoken) == {"", "zigbee2mqtt", "tasmota", "sparkplug", "opcua", "thingsboard", "homeassistant"}
    assert spoken[""] > 0.85 * len(city.sensors)


def test_the_export_writes_what_an_import_reads(tmp_path):
    paths = export(tmp_path, 50, SEED)
    assert [path.name for path in paths] == ["areas.csv", "units.csv", "devices.csv", "licences.csv", "people.csv"]
    with paths[1].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [unit.id for unit in build(50, SEED).units]
    assert rows[0].keys() >= {"social_credit_code", "street_id", "opens_at"}


def test_apportioning_loses_nothing():
    assert apportion(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert apportion(3, {"a": 100, "b": 1, "c": 1}, at_least=1) == {"a": 1, "b": 1, "c": 1}
    assert sum(spread(17, 5)) == 17
    assert max(spread(17, 5)) - min(spread(17, 5)) <= 1
