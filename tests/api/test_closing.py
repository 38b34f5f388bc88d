"""Units that leave the city, and come back."""

import pytest

from tests.small_registry import NOON, a_small_registry, imported


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


def listed(city, path: str = "/units") -> list[str]:
    return [row["id"] for row in city.get(path).json["items"]]


def told(connection, unit: str = "U000001") -> list[str]:
    return [kind for (kind,) in connection.execute("SELECT kind FROM fact WHERE unit_id = %s ORDER BY recorded_at, at",
                                                   (unit,))]  # fmt: skip


def test_a_closed_unit_leaves_the_lists_and_keeps_its_history(city, connection):
    assert city.ask("DELETE", "/api/v1/units/U000001?reason=licence+withdrawn").status == 204
    assert listed(city) == ["U000002"]
    assert listed(city, "/units?status=closed") == ["U000001"]
    assert listed(city, "/units?status=all") == ["U000001", "U000002"]
    assert [one["id"] for one in city.get("/units.geojson").json["features"]] == ["U000002"]
    assert city.get("/units/U000001").json["status"] == "closed"
    (fact,) = city.get("/units/U000001/timeline?kind=unit_closed").json["items"]
    assert fact["body"]["reason"] == "licence withdrawn"
    figures = city.get("/city").json
    assert (figures["units"], figures["devices"], figures["cameras"]) == (1, 1, 0)


def test_a_unit_is_closed_once(city, connection):
    assert [city.ask("DELETE", "/api/v1/units/U000001").status for _ in range(2)] == [204, 204]
    assert told(connection).count("unit_closed") == 1
    assert city.ask("DELETE", "/api/v1/units/NOPE").status == 404


def test_closing_needs_the_token_from_elsewhere(serve, database, connection):
    a_small_registry(connection)
    refused = serve(database, api_token="x").ask("DELETE", "/api/v1/units/U000001", None, {"Authorization": "Bearer y"})
    assert refused.status == 401


def test_a_file_closes_units_and_opens_them_again_with_all_they_have(city, connection):
    assert imported(connection, "units", "编号,营业状态\nU000001,注销\n").changed == 1
    assert listed(city) == ["U000002"]
    assert b",closed" in city.get("/export/units.csv").body
    before = len(told(connection))
    later = NOON.replace(hour=5)
    assert imported(connection, "units", "id,status\nU000001,active\n", now=later).changed == 1
    assert listed(city) == ["U000001", "U000002"]
    again = sorted(told(connection)[before:])
    assert again == ["device_registered"] * 2 + ["licence_recorded"] * 2 + ["person_recorded", "unit_registered"]


def test_a_file_without_the_column_leaves_closed_units_closed(city, connection):
    city.ask("DELETE", "/api/v1/units/U000001")
    imported(connection, "units", "id,phone\nU000001,0477\n")
    assert listed(city) == ["U000002"]


def test_a_wrong_status_is_named_with_what_is_allowed(city):
    answer = city.post("/import/units", b"id,status\nU000001,asleep\n", Content_Type="text/csv")
    (error,) = answer.json["errors"]
    assert (error["field"], error["value"]) == ("status", "asleep") and "closed (注销)" in error["reason"]


def test_geojson_says_of_a_unit_what_the_list_says(city):
    rows = {row["id"]: row for row in city.get("/units").json["items"]}
    for feature in city.get("/units.geojson").json["features"]:
        row = rows[feature["id"]]
        assert feature["properties"].keys() == row.keys()
        for field in row.keys() - {"as_of"}:
            assert feature["properties"][field] == row[field], field


def test_an_index_in_the_future_is_not_asked(city):
    answer = city.get("/units/U000001/index?at=2999-01-01T00:00:00Z")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "at")
    past = city.get("/units/U000001/timeline?from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z")
    assert (past.status, past.json["errors"][0]["field"]) == (422, "from")
