"""A clerk of one banner can by no request see another banner's unit."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from records.accounts.sessions import new_token
from tests.access.attempts import API, NOTHING_OF_THE_CITY, PAGES, WEB, Try
from tests.access.world import AREA_SECRETS, CLERKS, INSIDE, NOW, OUTSIDE, SECRETS, UNKNOWN, Clerk, a_full_city
from tests.conftest import admin_url, database_url
from tests.people import headers, signed_in

ROLES = ("shift_leader", "enforcement_officer")  # with every permission but those over accounts
VISIT = re.compile(r'"viewer": \{[^}]*\}|"end_id":"[^"]*"')  # how long the session has left; a word of each visit
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
Ask = Callable[[str, Try, dict[str, str]], tuple[int, str]]


@pytest.fixture(scope="module")
def city(server) -> Iterator[str]:
    name = "test_clerk"
    with psycopg.connect(admin_url(server), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template_sunshine")
    database = database_url(server, name)
    with psycopg.connect(database, autocommit=True) as connection:
        a_full_city(connection)
    yield database
    with psycopg.connect(admin_url(server), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module", params=CLERKS, ids=lambda clerk: clerk.id)
def clerk(request) -> Clerk:
    return request.param


@pytest.fixture(scope="module")
def secret(city: str, clerk: Clerk) -> str:
    """Of a session of the clerk."""
    return signed_in(city, clerk.id, roles=ROLES, areas=clerk.areas, types=clerk.types, units=clerk.units)


def filled(value: Any, names: dict[str, str]) -> Any:
    """The attempt with the things that it is about."""
    if isinstance(value, str):
        for key, id in names.items():
            value = value.replace(f"{{{key}}}", id)
        return value
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    return value


def unnamed(text: str) -> str:
    """The answer without the ids that were asked for, and without the moment of asking."""
    for names in (OUTSIDE, UNKNOWN):
        for id in sorted(names.values(), key=len, reverse=True):
            text = text.replace(id, "¤")
    return VISIT.sub("", MOMENT.sub("now", text))


def check(method: str, attempt: Try, ask: Ask, clerk: Clerk) -> None:
    everywhere = bool(clerk.types)
    if everywhere and ("{area}" in repr(attempt) or "{street}" in repr(attempt)):
        return  # these are areas of theirs too
    secrets = SECRETS if everywhere else SECRETS + AREA_SECRETS
    status, text = ask(method, attempt, OUTSIDE)
    assert status < 500, (method, attempt, text[:500])
    guesses = [id for key, id in OUTSIDE.items() if f"{{{key}}}" in repr(attempt)]
    if guesses:
        never, said = ask(method, attempt, UNKNOWN)
        assert (status, unnamed(text)) == (never, unnamed(said)), (method, attempt)
    for id in sorted(guesses, key=len, reverse=True):
        text = text.replace(id, "¤")  # what the clerk said comes back
    assert not [secret for secret in secrets if secret in text], (method, attempt, text[:2000])


# --- the API


@pytest.fixture(scope="module")
def api(city: str, clerk: Clerk, secret: str) -> Iterator[Ask]:
    from fastapi.testclient import TestClient

    from api.app import create
    from streaming.settings import Settings

    with psycopg.connect(city) as connection:
        token = new_token(connection, clerk.id, "a program", 7, NOW, "")
    with TestClient(create(Settings(database_url=city, _env_file=None)), base_url="http://127.0.0.1") as client:

        def ask(method: str, attempt: Try, names: dict[str, str]) -> tuple[int, str]:
            shown = {"Authorization": f"Bearer {token}"}
            path, body = f"/api/v1{filled(attempt.path, names)}", filled(attempt.body, names)
            content = filled(attempt.file, names)
            answer = client.request(method, path, headers=shown, content=content) if content is not None else (
                client.request(method, path, headers=shown, json=body)
            )  # fmt: skip
            return answer.status_code, answer.text

        ask.client = client  # type: ignore[attr-defined]
        yield ask


def routes(api: Any) -> set[str]:
    found = api.client.app.openapi()["paths"]
    return {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, ways in found.items() for method in ways}


def test_every_route_of_the_api_is_tried(api):
    assert routes(api) == set(API), "a new route needs its line in tests/access/attempts.py"


@pytest.mark.parametrize("route", API)
def test_the_api_tells_a_clerk_nothing_of_another_banner(api, clerk, route):
    for attempt in API[route]:
        check(route.split()[0], attempt, api, clerk)


def is_found(route: str, table: dict[str, list[Try]], ask: Ask) -> None:
    """Of the clerk's own things the same questions have answers; else the attempts would prove nothing."""
    tried = [attempt for attempt in table[route] if "{" in attempt.path]
    assert 200 in [ask("GET", attempt, INSIDE)[0] for attempt in tried]


def guesses(table: dict[str, list[Try]], *never: str) -> list[str]:
    named = {route for route, tries in table.items() if any("{" in attempt.path for attempt in tries)}
    return sorted(route for route in named - set(never) if route.startswith("GET"))


@pytest.mark.parametrize("route", guesses(API, "GET /quarantine", "GET /cameras/{id}/snapshot.jpg"))
def test_the_api_tells_a_clerk_of_the_own_banner(api, route):
    is_found(route, API, api)


def test_figures_count_the_own_banner_only(api):
    assert json.loads(api("GET", Try("/city"), INSIDE)[1])["units"] == 1


@pytest.mark.parametrize("shown", ["Bearer nonsense", "Bearer ", "Basic Y2xlcms6eA==", ""])
def test_who_shows_something_wrong_is_nobody(api, shown):
    answer = api.client.get("/api/v1/units", headers={"Authorization": shown})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_a_session_asks_and_changes_only_with_its_word(api, city):
    known = headers(signed_in(city, "desk", roles=ROLES, areas=("dongsheng",)))
    assert api.client.get("/api/v1/units", headers=known).json()["items"][0]["id"] == "U000001"
    path = f"/api/v1/alarms/{INSIDE['alarm']}/acknowledge"
    without = {key: value for key, value in known.items() if key != "X-CSRF-Token"}
    assert api.client.post(path, headers=without, json={}).status_code == 403
    assert api.client.post(path, headers=known, json={"by": "somebody else"}).status_code == 422
    assert api.client.post(path, headers=known, json={"comment": "mine"}).status_code in (200, 409)
    ended = {**known, "Cookie": known["Cookie"] + "x"}
    assert api.client.get("/api/v1/units", headers=ended).status_code == 401


def test_a_secret_of_another_kind_and_a_password_that_is_due_open_nothing(api, city):
    known, client = headers(signed_in(city, "due", roles=ROLES)), api.client
    with psycopg.connect(city) as connection:
        token = new_token(connection, "due", "a program", 7, NOW, "")
    secret = known["Cookie"].partition("=")[2]
    assert client.get("/api/v1/units", headers={"Cookie": f"sunshine_session={token}"}).status_code == 401
    assert client.get("/api/v1/units", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    with psycopg.connect(city) as connection:
        connection.execute("UPDATE account SET must_change = true WHERE id = 'due'")
    assert client.get("/api/v1/units", headers=known).status_code == 403


def test_browsers_are_told_to_keep_and_frame_nothing(api):
    for path in ("/api/v1/units", "/api/v1/docs", "/api/v1/nothing"):
        told = api.client.get(path).headers
        assert "no-cache" in told["Cache-Control"] and "Cookie" in told["Vary"], path
        assert (told["X-Frame-Options"], told["X-Content-Type-Options"]) == ("DENY", "nosniff"), path


def test_what_is_changed_by_the_api_stands_in_the_audit_log(api, city):
    known, client = headers(signed_in(city, "keeper", roles=ROLES)), api.client
    change = client.patch("/api/v1/devices/U000001-FR1", headers=known, json={"room": "cold room"})
    refused = client.patch("/api/v1/devices/U000001-FR1", headers=known, json={"kind": "nonsense"})
    file = client.post("/api/v1/import/areas", headers=known, content="id,parent_id,kind,name\nx,ordos,banner,X\n")
    taken = client.get("/api/v1/export/areas.csv", headers=known)
    assert [one.status_code for one in (change, refused, file, taken)] == [200, 422, 200, 200]
    with psycopg.connect(city) as connection:
        rows = connection.execute(
            "SELECT action, subject, subject_id FROM audit WHERE account_id = 'keeper' ORDER BY id"
        ).fetchall()
        connection.execute("DELETE FROM area WHERE id = 'x'")
    assert rows[-3:] == [("changed", "device", "U000001-FR1"), ("imported", "area", ""), ("exported", "area", "")]


def test_rights_do_not_come_with_the_grid(api, city):
    wall = headers(signed_in(city, "screen", roles=("wall",)))
    ask = api.client
    assert ask.get("/api/v1/units", headers=wall).status_code == 200
    for method, path, body in (
        ("POST", "/alarms/A-IN/acknowledge", {}), ("DELETE", "/units/U000001", None), ("POST", "/events", {}),
        ("PUT", "/rules/index/weights", {"body": {}, "why": "x"}), ("GET", "/export/units.csv", None),
        ("GET", "/quarantine", None), ("POST", "/import/units", None),
    ):  # fmt: skip
        assert ask.request(method, f"/api/v1{path}", headers=wall, json=body).status_code == 403, path
    bodies = [fact["body"] for fact in ask.get("/api/v1/units/U000001/timeline", headers=wall).json()["items"]]
    assert bodies and not any("person" in body for body in bodies)


def test_an_export_without_the_permission_for_people_names_nobody(api, city):
    auditor = headers(signed_in(city, "auditor", roles=("auditor",)))
    assert api.client.get("/api/v1/export/people.csv", headers=auditor).status_code == 403
    file = api.client.get("/api/v1/export/units.csv", headers=auditor).text
    assert "legal_person" not in file and "张三" not in file and "U000001" in file


def test_figures_of_every_device_are_for_programs_that_see_everything(api):
    client = api.client
    # The test client is no loopback address, as a caller from elsewhere.
    assert client.get("/metrics").status_code == 401
    assert client.get("/healthz").status_code == 200


# --- the command center


@pytest.fixture(scope="module")
def web(city: str, secret: str) -> Iterator[Ask]:
    from command_center.web import create
    from streaming.settings import Settings

    site, live = create(Settings(database_url=city, async_mode="threading", _env_file=None))
    assert live.wait_until_ready(60)
    client = site.server.test_client(use_cookies=False)

    def ask(method: str, attempt: Try, names: dict[str, str]) -> tuple[int, str]:
        known = {**headers(secret), "Accept": "application/json"}
        answer = client.open(
            filled(attempt.path, names), method=method, json=filled(attempt.body, names), headers=known
        )
        with answer:  # what makes a file is let go with it
            return answer.status_code, answer.get_data().decode(errors="replace")

    ask.site = site  # type: ignore[attr-defined]
    yield ask
    live.stop()


def rules(web: Any) -> set[str]:
    found = set()
    for rule in web.site.server.url_map.iter_rules():
        if not rule.rule.startswith("/_pages/"):
            found |= {f"{method} {rule.rule}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def page_rules(web: Any) -> set[str]:
    return {
        f"GET {rule.rule}" for rule in web.site.server.url_map.iter_rules() if str(rule.endpoint).startswith("page ")
    }


def test_every_route_of_the_command_center_is_tried(web):
    unknown = rules(web) - page_rules(web) - set(WEB) - NOTHING_OF_THE_CITY
    assert not unknown, f"these need a line in tests/access/attempts.py: {sorted(unknown)}"
    gone = set(WEB) - rules(web)
    assert not gone, f"these are no routes any more: {sorted(gone)}"


def test_every_page_is_tried(web):
    adapter = web.site.server.url_map.bind("localhost")
    tried = {f"GET {adapter.match(one.path.partition('?')[0], return_rule=True)[0].rule}" for one in PAGES}
    assert page_rules(web) <= tried, f"these need a line in PAGES: {sorted(page_rules(web) - tried)}"


@pytest.mark.parametrize("route", WEB)
def test_the_command_center_tells_a_clerk_nothing_of_another_banner(web, clerk, route):
    for attempt in WEB[route]:
        check(route.split()[0], attempt, web, clerk)


@pytest.mark.parametrize("route", guesses(WEB, "GET /data/people/audit", "GET /data/people/units"))
def test_the_command_center_tells_a_clerk_of_the_own_banner(web, route):
    is_found(route, WEB, web)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_is_the_same_whatever_it_is_asked_for(web, clerk, page):
    check("GET", page, web, clerk)
