"""Roles: what each may do, and who holds it."""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from psycopg import Connection

from command_center.house import House
from command_center.people.answers import asked, deed, text, texts
from command_center.visits import Refused
from records.accounts import roles
from records.accounts.model import PERMISSIONS, Viewer


def add(house: House) -> None:
    visits, server = house.visits, house.site.server

    def listed() -> Response:
        return asked(visits, "roles", lambda connection, _viewer: roles.all_roles(connection))

    def save(key: str) -> Response:
        def action(connection: Connection, viewer: Viewer, body: dict[str, Any]) -> dict[str, Any]:
            permissions = texts(body, "permissions")
            if unknown := set(permissions) - PERMISSIONS.keys():
                raise Refused(422, f"unknown permissions: {', '.join(sorted(unknown))}")
            role = {"key": key, "name": text(body, "name", 60), "name_en": text(body, "name_en", 60)}
            why = text(body, "why")
            difference = roles.save(connection, viewer, role | {"permissions": permissions}, why, datetime.now(UTC))
            if difference:
                visits.audit("role_changed", "role", key, connection, why=why, changed=difference)
            return {"changed": list(difference)}

        return deed(visits, "roles", action)

    def delete(key: str) -> Response:
        def action(connection: Connection, viewer: Viewer, body: dict[str, Any]) -> None:
            before = roles.delete(connection, key)
            if before is None:
                raise Refused(404, "there is no such role")
            visits.audit("role_deleted", "role", key, connection, was=before)

        return deed(visits, "roles", action)

    server.add_url_rule("/data/people/roles", "people roles", listed)
    server.add_url_rule("/data/people/roles/<key>", "people role", save, methods=["PUT"])
    server.add_url_rule("/data/people/roles/<key>", "people delete role", delete, methods=["DELETE"])
