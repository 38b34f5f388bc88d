"""The frame of a page: what a server answers besides its page."""

import re

import pytest
from dash import html

from layouts import shell
from layouts.shell import page_app


@pytest.fixture
def client():
    app = page_app(
        "a_page", title="A page", body=html.Div(id="wall"), module="wall.js", styles=("wall.css",), theme="dark",
        language="zh", facts={},
    )  # fmt: skip
    return app.server.test_client()


def build_of(client):
    return client.get("/build").json["build"]


@pytest.mark.parametrize("path", ["/nothing", "/index.php", "/a/b/c", "/city", "/wall.html"])
def test_an_address_we_do_not_have_is_not_found_and_leads_home_in_both_languages(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text and "There is no such page" in answer.text
    assert answer.text.count('href="/"') == 2


@pytest.mark.parametrize("path", ["/", "/?unit=U000001", "/_dash-layout", "/_dash-dependencies", "/build"])
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
    app = page_app("p", title="", body=html.Div(), module="wall.js", styles=(), theme="dark", language="zh", facts={})
    client = app.server.test_client()
    build = build_of(client)
    (tmp_path / "wall.js").write_text("second")
    assert client.get(f"/assets/{build}/wall.js").text == "first"
    assert build_of(client) == build
