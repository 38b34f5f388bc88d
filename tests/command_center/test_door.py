"""The door of the command center: who comes in, who does not, and what a session is worth."""

import pytest
from psycopg_pool import PoolTimeout

from command_center.visits import COOKIE
from records.accounts.demo import PASSWORD
from tests.command_center.people import Center


@pytest.fixture
def center(database):
    center = Center(database)
    yield center
    center.close()


def sign_in(browser, name, password=PASSWORD, **headers):
    return browser.send("/sign-in", {"name": name, "password": password}, **headers)


def test_nobody_is_led_to_the_sign_in_page_and_back(center):
    answer = center.nobody().page("/account?x=1&y=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=%2Faccount%3Fx%3D1%26y%3D2"
    assert center.nobody().get("/data/something").status_code == 401


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(center):
    center.person()
    answer = sign_in(center.nobody(), "somebody")
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 200 and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    under_https = center.nobody().client.post(
        "/sign-in", json={"name": "somebody", "password": PASSWORD}, base_url="https://localhost"
    )
    assert "Secure" in under_https.headers["Set-Cookie"]


def test_a_session_planted_before_signing_in_is_not_used(center):
    victim = center.person("victim")
    browser = center.nobody()
    browser.client.set_cookie(COOKIE, "planted" * 6)
    sign_in(browser, "victim")
    assert browser.take_cookie() not in ("planted" * 6, victim.secret)
    assert browser.get("/data/something").status_code == 200


def test_signing_in_ends_the_session_of_whoever_sat_here_before(center):
    before = center.person("before")
    center.person("after")
    old = before.secret
    assert sign_in(before, "after").status_code == 200
    before.client.set_cookie(COOKIE, old)
    assert before.get("/data/something").status_code == 401


def test_after_signing_out_the_secret_is_worth_nothing(center):
    browser = center.person()
    assert browser.get("/data/something").status_code == 200
    assert browser.send("/sign-out").status_code == 200
    browser.client.set_cookie(COOKIE, browser.secret)
    assert browser.get("/data/something").status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-CSRF-Token": ""}, 403),
        ({"X-CSRF-Token": "\xe9"}, 403),
        ({"X-CSRF-Token": "0" * 32}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
    ],
)
def test_only_a_page_of_ours_and_of_this_session_does_anything(center, headers, status):
    assert center.person().send("/session", **headers).status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[" * 200_000, 422), (b'{"name": "\xff"}', 422), (b'{"name": "' + b"a" * 1024 * 1024 + b'"}', 413)],
    ids=["deep", "no text", "long"],
)
def test_nobody_makes_the_door_work_hard(center, body, status):
    answer = center.nobody().client.post("/sign-in", data=body, content_type="application/json")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_the_token_of_another_session_does_not_count(center):
    mine, theirs = center.person("mine"), center.person("theirs")
    mine.secret = theirs.secret
    assert mine.send("/session").status_code == 403


def test_a_given_password_is_changed_before_anything_else(center, connection):
    browser = center.person()
    connection.execute("UPDATE account SET must_change = true")
    center.visits.forget()
    refused = browser.get("/data/something")
    assert (refused.status_code, refused.json["error"]) == (403, "change your password first")
    assert browser.page("/account").headers["Location"] == "/account/password?next=%2Faccount"
    assert browser.page("/account/password").status_code == 200
    changed = browser.send("/data/people/password", {"old": PASSWORD, "new": "Another-Good-1!"})
    assert changed.status_code == 200
    assert browser.take_cookie() and browser.get("/data/something").status_code == 200


@pytest.mark.parametrize(
    ("new", "lacks"),
    [
        ("Short-1!", ["length"]),
        ("all-small-letters-1", ["upper"]),
        ("NO-SMALL-LETTERS-1", ["lower"]),
        ("No-Digit-At-All", ["digit"]),
        ("NoSpecialSign12", ["special"]),
        ("Hello-Somebody-1", ["name"]),
        (PASSWORD, ["used"]),
    ],
)
def test_a_weak_or_used_password_is_refused_with_what_it_lacks(center, new, lacks):
    answer = center.person().send("/data/people/password", {"old": PASSWORD, "new": new})
    assert (answer.status_code, answer.json["lacks"]) == (422, lacks)


def test_the_fifth_last_password_is_refused_and_the_sixth_last_may_come_back(center):
    browser, old = center.person(), PASSWORD
    for number in range(5):
        new = f"Password-No-{number}!"
        assert browser.send("/data/people/password", {"old": old, "new": new}).status_code == 200
        browser.take_cookie()
        old = new
    again = browser.send("/data/people/password", {"old": old, "new": "Password-No-0!"})
    assert again.json["lacks"] == ["used"]
    assert browser.send("/data/people/password", {"old": old, "new": PASSWORD}).status_code == 200


def test_changing_the_password_ends_all_other_sessions(center):
    elsewhere, here = center.person(), center.person()
    here.send("/data/people/password", {"old": PASSWORD, "new": "Another-Good-1!"})
    assert elsewhere.get("/data/something").status_code == 401


def test_nobody_ends_or_sees_the_session_of_another(center):
    mine, theirs = center.person("mine"), center.person("theirs")
    other = theirs.get("/data/people/me").json["session"]
    assert other not in mine.get("/data/people/me").text
    assert mine.send(f"/data/people/sessions/{other}", method="DELETE").status_code == 404
    assert theirs.get("/data/something").status_code == 200


def test_a_token_is_told_once_and_opens_no_page(center):
    browser = center.person()
    token = browser.send("/data/people/tokens", {"name": "report", "days": 30}).json["token"]
    assert token not in browser.get("/data/people/me").text
    browser.client.set_cookie(COOKIE, token)
    assert browser.get("/data/something").status_code == 401


@pytest.mark.parametrize("days", [0, 366, True, "30", None])
def test_a_token_does_not_last_for_ever(center, days):
    assert center.person().send("/data/people/tokens", {"name": "x", "days": days}).status_code == 422


def test_a_page_tells_browsers_to_be_careful(center):
    headers = center.person().page("/account").headers
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "object-src 'none'" in policy and "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_change_holds_at_the_next_request(center, connection):
    keeper, clerk = center.person("keeper", roles=("administrator",)), center.person("clerk", roles=("operator",))
    assert clerk.get("/data/something").status_code == 200
    assert keeper.send("/data/people/accounts/clerk/disable").status_code == 200
    assert clerk.get("/data/something").status_code == 401


def test_a_deed_that_no_database_takes_is_answered_as_such(center):
    @center.server.route("/data/lost")
    def lost():
        raise PoolTimeout("nobody gave a connection back")

    assert center.person().get("/data/lost").status_code == 503
