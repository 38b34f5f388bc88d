"""A page whose session is over stops showing the city and leads to the door."""

import re

import psycopg
import pytest
from playwright.sync_api import Page, expect

from bench import town
from records.accounts.store import digest
from tests.people import signed_in


@pytest.mark.parametrize("path", ["/wall", "/devices"])
def test_a_page_leads_to_the_door_within_ten_seconds_of_the_sessions_end(database, serve, visit, path):
    town.register(database, 5, cameras=False)
    server = serve()
    secret = signed_in(database, "leaver")
    page = visit(f"{server.url}{path}", secret=secret).page
    expect(page.locator("#link.is-live")).to_be_attached()
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM session WHERE digest = %s", (digest(secret),))
    expect(page).to_have_url(re.compile(r"/sign-in\?next="), timeout=12_000)


def test_the_end_of_a_shift_is_told_before_it_comes_and_then_leads_to_the_door(database, serve, visit):
    town.register(database, 5, cameras=False)
    server = serve()
    secret = signed_in(database, "leaver")
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE session SET expires_at = now() + interval '35 seconds' WHERE digest = %s", (digest(secret),)
        )
    page = visit(f"{server.url}/wall", secret=secret).page
    expect(page.locator("dialog[open]")).to_be_visible(timeout=20_000)
    expect(page).to_have_url(re.compile(r"/sign-in\?next="), timeout=40_000)


def test_other_areas_of_an_account_are_shown_without_a_touch(database, serve, visit):
    small = town.register(database, 60, cameras=False)
    server = serve()
    secret = signed_in(database, "mover", areas=("dongsheng",))
    page = visit(f"{server.url}/wall", secret=secret).page
    expect(page.locator("#link.is-live")).to_be_attached()
    mine = {name: sum(unit.street_id.startswith(f"{name}-") for unit in small.units) for name in ("dongsheng", "dalad")}
    wait_for(page, mine["dongsheng"])
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE account SET areas = '{dalad}' WHERE id = 'mover'")
    wait_for(page, mine["dalad"])


def wait_for(page: Page, units: int, seconds: int = 20) -> None:
    """Until the live city of the page holds so many units."""
    for _ in range(seconds * 5):
        if (found := page.evaluate("window.sunshine.city.state.units.size")) == units:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{found} units, not {units}")
