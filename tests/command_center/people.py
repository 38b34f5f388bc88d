"""A command center of people's pages only, without sockets: for tests of the gate."""

from dataclasses import dataclass
from typing import Any, cast

from flask import g
from flask.testing import FlaskClient

from command_center import people
from command_center.house import House
from command_center.visits import COOKIE, Visits, told
from layouts.shell import Site
from layouts.texts import Words
from records.accounts.store import csrf_of
from streaming.settings import Settings
from tests.people import signed_in


@dataclass
class Browser:
    """A browser of a signed-in person, or of nobody."""

    client: FlaskClient
    secret: str = ""

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={"Accept": "application/json", **headers})

    def page(self, path: str) -> Any:
        return self.client.get(path, headers={"Accept": "text/html"})

    def send(self, path: str, body: object = None, method: str = "POST", **headers: str) -> Any:
        headers = {"X-CSRF-Token": csrf_of(self.secret), **headers}
        return self.client.open(path, method=method, json=body or {}, headers=headers)

    def take_cookie(self) -> str:
        """The session that the server gave just now."""
        kept = self.client.get_cookie(COOKIE)
        self.secret = kept.value if kept else ""
        return self.secret


class Center:
    def __init__(self, database: str, **settings: Any):
        self.settings = Settings(database_url=database, _env_file=None, **settings)
        self.database = database
        site = Site("people", language="en", about=lambda: told(g.get("viewer")))
        self.server = site.server
        self.visits = Visits(site.server, self.settings)
        people.add(House(site, self.visits, cast(Any, None), self.settings, Words("en")))
        site.server.add_url_rule("/data/something", "something", lambda: {"seen": True})

    def nobody(self) -> Browser:
        return Browser(self.server.test_client())

    def person(self, id: str = "somebody", **who: Any) -> Browser:
        browser = Browser(self.server.test_client(), signed_in(self.database, id, **who))
        browser.client.set_cookie(COOKIE, browser.secret)
        return browser

    def close(self) -> None:
        self.visits.service.close()
        self.visits.viewers.close()
