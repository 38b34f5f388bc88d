"""What a question asks for and the house does not know is refused with what is allowed."""

import pytest

from tests.small_registry import a_small_registry


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


@pytest.mark.parametrize(
    ("path", "field", "value", "allowed"),
    [
        ("/units?color=red", "color", "red", "colour"),
        ("/city?when=now", "when", "now", "takes none"),
        ("/devices/U000001-FR1?x=1", "x", "1", "takes none"),
        ("/devices?unit=NOPE", "unit", "NOPE", "/api/v1/units"),
        ("/cameras?unit=NOPE", "unit", "NOPE", "/api/v1/units"),
        ("/alarms?unit=NOPE", "unit", "NOPE", "/api/v1/units"),
        ("/alarms?device=NOPE", "device", "NOPE", "/api/v1/devices"),
        ("/devices/U000001-FR1/readings?from=2026-06-19T00:00:00Z&to=2026-06-18T00:00:00Z", "from",
         "2026-06-19T00:00:00+00:00", "later than `to`"),
    ],
)  # fmt: skip
def test_an_unknown_or_impossible_parameter_is_named(city, path, field, value, allowed):
    answer = city.get(path)
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert (error["field"], error["value"]) == (field, value)
    assert allowed in error["reason"]


def test_known_parameters_of_every_kind_pass(city):
    for path in ("/units?area=dongsheng&type=medium&limit=5", "/devices?unit=U000001&online=true",
                 "/quarantine?device=x", "/alarms?device=U000001-FR1&state=active", "/facts/none?"):  # fmt: skip
        assert city.get(path).status in (200, 404), path


def test_a_change_with_an_unknown_parameter_changes_nothing(city):
    assert city.post("/import/units?accept_all=true", "id\n", Content_Type="text/csv").status == 422


@pytest.mark.parametrize("path", ["/devices", "/devices/U000001-FR1/commands", "/alarms/x/acknowledge"])
def test_broken_json_is_a_bad_request_that_names_the_place(city, path):
    answer = city.post(path, '{"id": "x",, }')
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert "byte 11" in answer.json["detail"]


@pytest.mark.parametrize("path", ["/city", "/cameras/U000001-CAM1"])
def test_a_single_thing_that_has_not_changed_is_not_sent_again(city, path):
    first = city.get(path)
    assert city.get(path, If_None_Match=first.headers["etag"]).status == 304
