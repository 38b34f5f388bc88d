"""The frame of a page: what a server answers besides its page."""

import base64
import hashlib
import re

import pytest
from dash import html

from layouts import shell
from layouts.shell import Page, Site


def a_site(**more):
    site = Site("a_site", language="zh", **more)
    site.add(Page("wall", ("/", "/wall/<path:id>"), "page.document", html.Div(id="wall"), "wall.js", ("wall.css",)))
    site.add(Page("other", ("/other",), "page.document", html.Div(id="other"), "street.js", ("street.css",), "light"))
    return site


@pytest.fixture
def client():
    return a_site().server.test_client()


def build_of(client):
    return client.get("/build").json["build"]


@pytest.mark.parametrize("path", ["/nothing", "/index.php", "/a/b/c", "/_pages/wall/", "/_pages/wall/x", "/wall.html"])
def test_an_address_we_do_not_have_is_not_found_and_leads_home_in_both_languages(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text and "There is no such page" in answer.text
    assert answer.text.count('href="/"') == 2


@pytest.mark.parametrize(
    "path",
    ["/", "/?unit=U000001", "/wall/a/b", "/other", "/_pages/wall/_dash-layout", "/_pages/other/_dash-layout", "/build"],
)
def test_what_the_page_needs_is_found(client, path):
    assert client.get(path).status_code == 200


def test_the_page_names_the_build_it_was_made_for_and_its_files_may_be_kept(client):
    build = build_of(client)
    page = client.get("/").text
    assert f'"build": "{build}"' in page
    scripts = re.findall(rf"/assets/{build}/[\w./-]+", page)
    assert f"/assets/{build}/wall.js" in scripts
    assert "immutable" in client.get(f"/assets/{build}/wall.js").headers["Cache-Control"]


def test_a_page_of_another_build_does_not_keep_the_files_of_this_one(client):
    answer = client.get("/assets/000000000000/wall.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_process_serves_the_scripts_it_began_with(tmp_path, monkeypatch):
    (tmp_path / "wall.js").write_text("first")
    monkeypatch.setattr(shell, "ASSETS", tmp_path)
    client = a_site().server.test_client()
    build = build_of(client)
    (tmp_path / "wall.js").write_text("second")
    assert client.get(f"/assets/{build}/wall.js").text == "first"
    assert build_of(client) == build


def test_each_page_has_its_own_script_theme_and_body(client):
    first, second = client.get("/").text, client.get("/other").text
    assert "/wall.js" in first and 'data-theme="dark"' in first
    assert "/street.js" in second and 'data-theme="light"' in second
    assert client.get("/_pages/other/_dash-layout").json["props"]["id"] == "other"


def test_a_page_knows_who_asks_and_nothing_in_it_can_end_the_script():
    site = a_site(about=lambda: {"name": "</script><script>alert(1)"})
    page = site.server.test_client().get("/").text
    assert "</script><script>alert" not in page
    assert '"viewer": {"name": "\\u003c/script>' in page


def test_scripts_run_only_from_our_files(client):
    answer = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert "'unsafe-inline'" not in policy["script-src"] and "'unsafe-eval'" not in policy["script-src"]
    inline = re.findall(r"<script(?![^>]*src)([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    ours = [body for attributes, body in inline if "application/json" not in attributes and body.strip()]
    for body in ours:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy["script-src"]
    assert answer.headers["Cache-Control"] == "no-store"
