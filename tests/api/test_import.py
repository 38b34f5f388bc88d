from tests.small_registry import AREAS, DEVICES, UNITS


def test_a_city_registers_itself_through_the_import_paths(api):
    for what, text in (("areas", AREAS), ("units", UNITS), ("devices", DEVICES)):
        answer = api.post(f"/import/{what}", text, Content_Type="text/csv")
        assert answer.status == 200, answer.body
        report = answer.json
        assert report["imported"] == text.count("\n") - 1
        assert (report["changed"], report["unchanged"], report["rejected"]) == (0, 0, [])


def test_a_wrong_row_is_named_and_nothing_is_imported(api):
    api.post("/import/areas", AREAS)
    answer = api.post("/import/units", UNITS.replace("kangbashi-s01", "nowhere"))
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json["errors"]
    assert (error["row"], error["field"], error["value"]) == (3, "street_id", "nowhere")
    assert "unknown street" in error["reason"]
    assert api.get("/export/units.csv").body.count(b"\n") == 1
