"""What the parts of this room share: deeds whose refusals are sentences, and pages in the two frames."""

from collections.abc import Callable
from typing import Any

from dash import html
from flask import Response
from psycopg import Connection

from command_center.catalogue import facts
from command_center.house import House
from command_center.visits import Refused, Visits
from layouts.panels.desk import desk
from layouts.shell import Page
from records.accounts.authority import NotAllowed
from records.accounts.model import Viewer

Deed = Callable[[Connection, Viewer, dict[str, Any]], Any]


def deed(visits: Visits, permission: str | None, action: Deed) -> Response:
    """`visits.act`, where a refusal is a sentence; afterwards everybody is looked up anew."""

    def guarded(connection: Connection, viewer: Viewer, body: dict[str, Any]) -> Any:
        try:
            return action(connection, viewer, body)
        except NotAllowed as error:
            raise Refused(403, str(error), code=error.code, values=error.values) from None

    try:
        return visits.act(permission, guarded)
    finally:
        visits.forget()


def asked(visits: Visits, permission: str | None, question: Callable[[Connection, Viewer], Any]) -> Response:
    """A question to the tables of people, which a person's own grid does not reach; 404 where it finds nothing."""
    viewer = visits.require(permission) if permission else visits.viewer()
    return visits.ask_service(lambda connection: question(connection, viewer))


def door_page(house: House, name: str, paths: tuple[str, ...], title: str, module: str, **more: object) -> None:
    """A page of its own, without the frame of the desk: nobody is in yet."""
    known = {"themes": True, "timezone": house.settings.city_timezone, **more}
    body = html.Div(html.Main(id="door-main"), id="door")
    styles = ("tokens.css", "desk.css", "people/people.css")
    house.site.add(Page(name, paths, title, body, module, styles, facts=known))


def desk_page(house: House, name: str, paths: tuple[str, ...], title: str, module: str) -> None:
    body = desk(house.words, html.Div(id="people"), simulated=house.settings.sunshine_demo)
    styles = ("tokens.css", "desk.css", "people/people.css")
    known = {**facts(house.settings), "themes": True}
    house.site.add(Page(name, paths, title, body, module, styles, facts=known))


def text(body: dict[str, Any], field: str, longest: int = 200) -> str:
    """A text of the body, without blanks around it."""
    value = body.get(field, "")
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise Refused(422, f"{field} must be a text of at most {longest} characters")
    return value.strip()


def texts(body: dict[str, Any], field: str, most: int = 500) -> list[str]:
    value = body.get(field, [])
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) for one in value):
        raise Refused(422, f"{field} must be a list of at most {most} texts")
    return list(dict.fromkeys(value))
