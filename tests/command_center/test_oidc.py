"""Signing in at an OpenID Connect provider, a real one that the test made."""

import time

import pytest
from joserfc.jwk import RSAKey

from records.accounts.store import Accounts
from tests.command_center.people import Center
from tests.command_center.provider import CLIENT, CODE, SECRET, TestProvider


@pytest.fixture
def provider():
    provider = TestProvider()
    yield provider
    provider.close()


@pytest.fixture
def center(database, provider):
    center = Center(
        database, oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_roles_claim="roles",
    )  # fmt: skip
    yield center
    center.close()


@pytest.fixture
def known(connection, center, provider):
    """The provider's person has an account that an administrator opened."""
    Accounts(connection).seed_roles()
    arrive(center.nobody(), provider)
    connection.execute("UPDATE account SET disabled_at = NULL, roles = '{operator}', areas = '{*}'")


def arrive(browser, provider, code=CODE, next="/account"):
    state = provider.went(browser.client.get(f"/oidc/start?next={next}").headers["Location"])
    return browser.client.get(f"/oidc/back?code={code}&state={state}")


def test_whoever_is_not_known_waits_for_an_administrator(center, provider, connection):
    answer = arrive(center.nobody(), provider)
    assert answer.headers["Location"] == "/sign-in?said=pending"
    account = connection.execute("SELECT roles, areas, name, disabled_at IS NULL FROM account").fetchall()
    assert account == [([], [], "统一认证用户", False)]


def test_a_known_person_comes_in_and_goes_where_they_wanted(center, provider, known):
    provider.claims["roles"] = ["operator"]
    browser = center.nobody()
    answer = arrive(browser, provider)
    assert answer.headers["Location"] == "/account"
    assert browser.get("/data/something").status_code == 200


def test_the_provider_gives_roles_but_never_special_permissions(center, provider, known):
    provider.claims["roles"] = ["patrol_officer", "administrator", "auditor", "wall", "unknown"]
    browser = center.nobody()
    arrive(browser, provider)
    assert [role["id"] for role in browser.get("/data/people/me").json["roles"]] == ["patrol_officer"]


def test_nobody_is_led_elsewhere_after_signing_in(center, provider, known):
    assert arrive(center.nobody(), provider, next="//evil.example").headers["Location"] == "/"


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(center, provider, known):
    mine, other = center.nobody(), center.nobody()
    state = provider.went(mine.client.get("/oidc/start").headers["Location"])
    back = f"/oidc/back?code={CODE}&state={state}"
    assert "said=failed" in other.client.get(back).headers["Location"]
    assert mine.client.get(back).headers["Location"] == "/"
    assert "said=failed" in mine.client.get(back).headers["Location"]


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "another-house"},
        {"iss": "https://another.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(center, provider, known, lie):
    provider.claims |= lie
    browser = center.nobody()
    assert arrive(browser, provider).headers["Location"] == "/sign-in?said=failed"
    assert browser.get("/data/something").status_code == 401


def test_a_token_signed_by_another_key_is_refused(center, provider, known):
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert arrive(center.nobody(), provider).headers["Location"] == "/sign-in?said=failed"


def test_a_code_that_is_not_of_this_attempt_is_refused(center, provider, known):
    assert arrive(center.nobody(), provider, code="another").headers["Location"] == "/sign-in?said=failed"


def test_a_provider_that_is_away_is_said_so(center, provider):
    provider.close()
    assert center.nobody().client.get("/oidc/start").headers["Location"] == "/sign-in?said=away"
