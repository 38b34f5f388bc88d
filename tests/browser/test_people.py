"""People at the door and in administration, in a real browser."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

from records.accounts.demo import PASSWORD
from records.accounts.store import digest
from tests.people import signed_in
from tests.small_registry import a_small_registry


@pytest.fixture
def url(database, connection, serve):
    a_small_registry(connection)
    return serve().url


@pytest.mark.parametrize(
    ("next", "path"),
    [
        ("/admin/accounts?role=operator", "/admin/accounts?role=operator"),
        ("//elsewhere.example/", "/"),
        ("/%5Celsewhere.example", "/"),
        ("/%09/elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_the_door_comes_a_page_of_ours(database, url, visit, next, path):
    signed_in(database, "boss", roles=("administrator",))
    seen = visit(f"{url}/sign-in?next={next}", secret="")
    page = seen.page
    page.get_by_label("账号").fill("boss")
    page.locator("#password").fill("Wrong-Word-1!")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("密码")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(url + path)
    assert not [one for one in seen.requests if "elsewhere" in one and "sign-in" not in one]


def test_a_session_that_ends_while_somebody_types_loses_nothing(database, url, visit):
    secret = signed_in(database, "boss", roles=("administrator",))
    signed_in(database, "clerk", roles=("operator",))
    page = visit(f"{url}/admin/accounts/clerk", secret=secret, width=1280, height=900).page
    form = page.get_by_role("dialog")
    form.get_by_label("备注").fill("works nights")
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM session WHERE digest = %s", (digest(secret),))
    again = page.get_by_role("dialog").filter(has=page.locator("#again-password"))
    expect(again).to_be_visible(timeout=15_000)  # the live link is the first to learn it
    page.locator("#again-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(again).to_have_count(0)
    expect(form.get_by_label("备注")).to_have_value("works nights")
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT remark FROM account WHERE id = 'clerk'").fetchone() == ("works nights",)


def test_names_are_texts_and_phones_are_wide_enough(database, connection, url, visit):
    signed_in(database, "boss", roles=("administrator",))
    signed_in(database, "evil", roles=("operator",))
    connection.execute(
        "UPDATE account SET name = %s, remark = %s WHERE id = 'evil'", ("<img src=x onerror=alert(1)>", "'" * 60)
    )
    secret = signed_in(database, "boss", roles=("administrator",))
    for path in ("/account", "/admin/accounts", "/admin/roles"):
        seen = visit(url + path, secret=secret, width=390, height=844)
        expect(seen.page.locator("main, #people").first).to_be_visible()
        seen.page.wait_for_load_state("networkidle")
        if path == "/admin/accounts":
            expect(seen.page.get_by_text("<img src=x onerror=alert(1)>").first).to_be_visible()
        assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert not [one for one in seen.complaints if not re.search("favicon", one)]
