"""Boundaries by GeoJSON: what is taken, what is refused and why, and that nothing is half taken."""

import json

import psycopg
import pytest

from bench import town
from records.areas import boundaries
from records.areas.geometry import holds

SQUARE = [[[109.9, 39.7], [110.1, 39.7], [110.1, 39.9], [109.9, 39.9], [109.9, 39.7]]]


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(rings):
    return {"type": "Polygon", "coordinates": rings}


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": list(features), **more}


@pytest.fixture
def registry(database):
    town.register(database, 40, cameras=False)
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def boundary_of(connection, area):
    return connection.execute("SELECT boundary FROM area WHERE id = %s", (area,)).fetchone()[0]


def imported(connection, said):
    made = boundaries.plan(connection, said)
    with connection.transaction():
        boundaries.save(connection, made)
    return made


def test_a_feature_finds_its_area_by_id_or_by_a_name_and_what_it_replaced_can_be_imported_again(registry):
    before = boundary_of(registry, "dongsheng")
    made = imported(registry, collection(feature(polygon(SQUARE), name="东胜区")))
    assert boundary_of(registry, "dongsheng") == polygon(SQUARE)
    imported(registry, boundaries.collection(made.former, made.names))
    assert boundary_of(registry, "dongsheng") == before


def test_the_own_export_changes_nothing_and_an_area_without_boundary_gets_and_loses_one(registry):
    everything = json.loads(json.dumps(boundaries.export(registry)))
    assert imported(registry, everything).areas == {}
    street = registry.execute("SELECT id, longitude, latitude FROM area WHERE kind = 'street' LIMIT 1").fetchone()
    id, x, y = street
    small = polygon([[[x - 0.01, y - 0.01], [x + 0.01, y - 0.01], [x, y + 0.01], [x - 0.01, y - 0.01]]])
    made = imported(registry, collection(feature(small, id=id)))
    assert boundary_of(registry, id) == small
    imported(registry, boundaries.collection(made.former, made.names))
    assert boundary_of(registry, id) is None


SWAPPED = [[[y, x] for x, y in ring] for ring in SQUARE]
OPEN = [[*SQUARE[0][:-1], [109.95, 39.75]]]
METRES = [[[x * 1e5, y * 1e5] for x, y in ring] for ring in SQUARE]
ELSEWHERE = [[[x - 20, y] for x, y in ring] for ring in SQUARE]


@pytest.mark.parametrize(
    ("said", "part", "words"),
    [
        (feature(polygon(SWAPPED), id="dongsheng"), "coordinates", "exchanged"),
        (feature(polygon(OPEN), id="dongsheng"), "coordinates", "not closed"),
        (feature(polygon(METRES), id="dongsheng"), "coordinates", "degrees"),
        (feature(polygon(ELSEWHERE), id="dongsheng"), "coordinates", "away"),
        (feature({"type": "Point", "coordinates": [109.9, 39.7]}, id="dongsheng"), "geometry", "MultiPolygon"),
        (feature(polygon(SQUARE), id="atlantis"), "id", "no such area"),
        (feature(polygon(SQUARE)), "id", "needs the property"),
        (feature(polygon([]), id="dongsheng"), "coordinates", "rings"),
        ("no feature", "id", "needs the property"),
    ],
)
def test_a_mistake_names_its_feature_its_value_and_what_is_allowed_and_nothing_is_taken(registry, said, part, words):
    good = feature(polygon([[[x + 0.01, y] for x, y in SQUARE[0]]]), id="kangbashi")
    before = boundary_of(registry, "kangbashi")
    with pytest.raises(boundaries.BoundariesRefused) as refused:
        imported(registry, collection(good, said))
    (mistake,) = refused.value.mistakes
    assert (mistake.field, words in mistake.reason) == (part, True)
    assert boundary_of(registry, "kangbashi") == before


def test_another_coordinate_system_and_the_same_area_twice_are_refused(registry):
    crs = {"type": "name", "properties": {"name": "GCJ-02"}}
    assert boundaries.plan(registry, collection(crs=crs)).mistakes[0].field == "crs"
    twice = collection(feature(polygon(SQUARE), id="dongsheng"), feature(polygon(SQUARE), name="东胜区"))
    assert "earlier" in boundaries.plan(registry, twice).mistakes[0].reason


def test_units_outside_of_their_area_are_a_hint_and_no_mistake(registry):
    tiny = [[[109.9, 39.7], [109.901, 39.7], [109.901, 39.701], [109.9, 39.7]]]
    made = boundaries.plan(registry, collection(feature(polygon(tiny), id="dongsheng")))
    assert not made.mistakes
    assert "GCJ-02" in made.hints[0]


def test_a_hole_is_outside():
    hole = [[109.95, 39.75], [110.05, 39.75], [110.05, 39.85], [109.95, 39.75]]
    assert holds(polygon(SQUARE), 109.91, 39.71)
    assert not holds(polygon([*SQUARE, hole]), 110.04, 39.80)
    assert not holds(polygon(SQUARE), 111, 39.8)
