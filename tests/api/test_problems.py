"""Whatever goes wrong, the answer is a problem document that says what."""

import json
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.small_registry import NOON, a_small_registry

GENEROUS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def city(api, connection):
    a_small_registry(connection)
    return api


def is_problem(answer, status: int) -> dict:
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status
    assert problem["title"] and problem["detail"] and problem["instance"]
    return problem


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/units?limit=0", "limit"),
        ("/units?limit=1001", "limit"),
        ("/units?limit=many", "limit"),
        ("/units?colour=pink", "colour"),
        ("/units?area=atlantis", "area"),
        ("/units?type=bar", "type"),
        ("/units?cursor=rubbish", "cursor"),
        ("/units?cursor=WzFd", "cursor"),
        ("/alarms?level=5", "level"),
        ("/devices?kind=toaster", "kind"),
        ("/devices/U000001-FR1/readings?bucket=2h", "bucket"),
        ("/devices/U000001-FR1/readings?from=2026-06-18T12:00:00", "from"),
        ("/devices/U000001-FR1/readings?bucket=1m&from=2000-01-01T00:00:00Z", "bucket"),
        ("/units/U000001/index?at=yesterday", "at"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(city, path, field):
    (error,) = is_problem(city.get(path), 422)["errors"]
    assert error["field"] == field
    assert error["reason"]


@pytest.mark.parametrize(
    "path", ["/units/U9", "/devices/D9", "/alarms/A9", "/areas/X9", "/rules/none", "/cameras/C9", "/x"]
)
def test_what_is_not_there_is_a_problem_too(city, path):
    is_problem(city.get(path), 404)


def test_a_method_that_is_not_possible_names_itself(city):
    problem = is_problem(city.ask("DELETE", "/api/v1/units"), 405)
    assert "DELETE" in problem["detail"]


def test_every_get_path_answers_what_its_description_says(city):
    description = city.get("/openapi.json").json
    assert description["openapi"].startswith("3.1")
    names = {"{what}": "units", "{form}": "csv", "{key}": "alarm/x/y", "/units/{id}": "/units/U000001",
             "/devices/{id}": "/devices/U000001-FR1", "/areas/{id}": "/areas/ordos",
             "/cameras/{id}": "/cameras/U000001-CAM1", "/alarms/{id}": "/alarms/A1"}  # fmt: skip
    asked = 0
    for path, operations in description["paths"].items():
        if "get" not in operations:
            continue
        concrete = path
        for name, value in names.items():
            concrete = concrete.replace(name, value)
        answer = city.ask("GET", concrete)
        assert str(answer.status) in operations["get"]["responses"], (concrete, answer.status, answer.body)
        media = answer.headers["content-type"].partition(";")[0]
        assert media in operations["get"]["responses"][str(answer.status)]["content"], (concrete, media)
        asked += 1
    assert asked >= 18


PATHS = ["/units", "/devices", "/alarms", "/areas", "/cameras", "/quarantine", "/rules", "/units/U000001/timeline",
         "/devices/U000001-FR1/readings"]  # fmt: skip
NAMES = ["limit", "cursor", "area", "q", "type", "colour", "from", "to", "at", "bucket", "metric", "state", "level",
         "unit", "kind", "online", "reason", "prefix"]  # fmt: skip


@pytest.fixture
def one_city(city):
    return city


@GENEROUS
@given(
    path=st.sampled_from(PATHS),
    query=st.dictionaries(
        st.sampled_from(NAMES), st.text(max_size=20) | st.integers().map(str) | st.datetimes().map(str), max_size=4
    ),
)
def test_no_query_whatever_makes_the_server_fail(one_city, path, query):
    text = "&".join(f"{name}={quote(value.encode('utf-8', 'replace'))}" for name, value in query.items())
    assert one_city.get(f"{path}?{text}").status in (200, 422)


@GENEROUS
@given(id=st.text(min_size=1, max_size=30))
def test_no_id_whatever_makes_the_server_fail(one_city, id):
    name = quote(id.encode("utf-8", "replace"), safe="")
    for what in ("units", "devices", "areas", "alarms"):
        assert one_city.get(f"/{what}/{name}").status in (200, 404, 422)


def test_without_a_database_it_says_so_and_recovers_by_itself(serve, database, connection):
    a_small_registry(connection)
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    api = serve(database)
    assert api.get("/city").status == 200
    with psycopg.connect(psycopg.conninfo.make_conninfo(database, dbname="postgres"), autocommit=True) as admin:
        connection.close()
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        is_problem(api.get("/city"), 503)
        assert api.ask("GET", "/readyz").status == 503
        assert api.ask("GET", "/healthz").status == 200
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert any(api.get("/city").status == 200 for _ in range(12))


# --- who may change things


def as_from_elsewhere(monkeypatch) -> None:
    monkeypatch.setattr("streaming.callers.Caller.is_loopback", False)


BODY = {"kind": "rating_given", "unit": "U000001", "stars": 4}


def test_from_another_machine_everything_needs_a_token(serve, database, connection, monkeypatch):
    a_small_registry(connection)
    as_from_elsewhere(monkeypatch)
    api = serve(database, api_token="secret")
    is_problem(api.get("/units"), 401)
    refused = api.post("/events", BODY)
    is_problem(refused, 401)
    assert refused.headers["www-authenticate"] == "Bearer"
    is_problem(api.post("/events", BODY, Authorization="Bearer wrong"), 401)
    is_problem(api.get("/export/people.csv"), 401)
    is_problem(api.get("/quarantine"), 401)
    assert api.post("/events", BODY, Authorization="Bearer secret").status == 201


def test_without_a_token_set_nobody_from_another_machine_may_change_anything(serve, database, monkeypatch):
    as_from_elsewhere(monkeypatch)
    api = serve(database)
    is_problem(api.post("/events", BODY, Authorization="Bearer "), 401)
    is_problem(api.post("/events", BODY), 401)


def test_a_page_of_another_site_may_not_use_its_readers_machine(city):
    is_problem(city.post("/events", BODY, Origin="https://elsewhere.example"), 403)
    assert city.post("/events", BODY, Origin=f"http://127.0.0.1:{city.port}").status == 201


@pytest.mark.parametrize("path", ["/export/people.csv", "/quarantine"])
def test_a_name_that_another_site_points_at_this_machine_opens_nothing(city, path):
    host = f"rebound.example:{city.port}"
    refused = is_problem(city.get(path, Host=host), 403)
    assert "rebound.example" in refused["detail"]
    is_problem(city.post("/events", BODY, Host=host, Origin=f"http://{host}"), 403)
    assert city.get(path, Host=f"localhost:{city.port}").status == 200
    assert city.get(path, Host=f"[::1]:{city.port}").status == 200


@pytest.mark.parametrize("path", ["/events", "/rules/index/weights", "/alarms/A1/acknowledge"])
def test_a_body_beyond_the_limit_is_refused_before_it_is_kept(serve, database, monkeypatch, path):
    as_from_elsewhere(monkeypatch)
    method = "PUT" if path.startswith("/rules") else "POST"
    json_type = {"Content-Type": "application/json"}
    answer = serve(database).ask(method, f"/api/v1{path}", b" " * (8 * 1024 * 1024 + 1), json_type)
    # Who may not write is told so; whose body has to be read first is told that it is too large.
    assert is_problem(answer, 401 if path == "/events" else 413)


# --- rules, documentation, metrics


def test_a_rule_changes_in_the_fields_that_are_named(city, connection):
    from scoring.rules import ensure_defaults

    ensure_defaults(connection)
    path = "/rules/alarm/fridge_temp_humidity/temperature"
    before = city.get(path).json
    told = {"body": {"dwell_seconds": 5}, "by": "李四", "why": "trying it out"}
    answer = city.ask("PUT", f"/api/v1{path}", told)
    assert (answer.status, answer.json["version"]) == (200, before["version"] + 1)
    assert answer.json["body"] == {**before["body"], "dwell_seconds": 5}
    wrong = city.ask("PUT", f"/api/v1{path}", {**told, "body": {"level": 9}})
    assert is_problem(wrong, 422)["errors"][0]["field"] == "body.level"
    school = city.ask("PUT", f"/api/v1{path}@school", told)
    assert (school.status, school.json["body"]["business_type"]) == (200, "school")


def test_the_readable_page_asks_nothing_of_other_servers(city):
    page = city.get("/docs")
    assert page.status == 200
    for part in (b'src="', b'href="'):
        for address in page.body.split(part)[1:]:
            assert address.startswith((b"/api/v1/", b"data:")), address[:80]
    assert city.get("/docs/assets/swagger-ui-bundle.js").status == 200
    assert city.get("/docs/assets/swagger-ui.css").status == 200


def test_a_published_reading_is_seen_in_prometheus(city, connection):
    from tests.judged_city import a_heard_device

    a_heard_device(connection, temperature=4.25)
    city.post("/events", {"kind": "reading_taken", "device": "U000001-FR1", "metric": "temperature", "value": 4.25})
    text = city.ask("GET", "/metrics").body.decode()
    labels = '{device="U000001-FR1",metric="temperature",unit="U000001"}'
    assert f"sunshine_reading{labels} 4.25" in text
    (line,) = [line for line in text.splitlines() if line.startswith(f"sunshine_reading_timestamp_seconds{labels}")]
    assert float(line.rpartition(" ")[2]) == NOON.timestamp()
    assert "sunshine_readings_total 1.0" in text
    assert "sunshine_units 2.0" in text
    assert 'sunshine_devices{family="sensor",state="online"} 1.0' in text
    assert 'sunshine_alarms_open{level="1"} 0.0' in text


def test_a_scrape_without_a_database_leaves_the_totals_out(serve, database, connection):
    api = serve("postgresql://postgres@127.0.0.1:1/none")
    answer = api.ask("GET", "/metrics")
    assert answer.status == 200
    assert b"sunshine_units" not in answer.body
    assert json.loads(api.ask("GET", "/readyz").body)["waiting_for"] == ["database"]
