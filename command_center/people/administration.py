"""The pages of administrators, and what their forms choose from: roles, areas, types of business, units."""

from typing import Any

from flask import Response, request
from psycopg import Connection

from command_center.house import House
from command_center.people.answers import desk_page
from command_center.visits import Refused
from records.accounts import roles
from records.accounts.authority import grid_values
from records.accounts.model import PERMISSIONS, SPECIAL, Viewer

PATHS = ("/admin", "/admin/accounts", "/admin/accounts/<path:id>", "/admin/roles", "/admin/audit")
AREAS = """
    SELECT id, parent_id AS parent, kind, name, name_en,
           %(every_area)s OR path || '/' LIKE ANY (%(patterns)s::text[]) AS mine
      FROM area WHERE kind <> 'city' ORDER BY path
"""
TYPES = "SELECT DISTINCT business_type FROM unit ORDER BY 1"
UNITS = """
    SELECT id, name, name_en FROM unit
     WHERE id ILIKE %(begins)s OR name ILIKE %(like)s OR name_en ILIKE %(like)s
     ORDER BY id ILIKE %(begins)s DESC, id LIMIT 12
"""


def add(house: House) -> None:
    visits, server = house.visits, house.site.server
    desk_page(house, "admin", PATHS, "admin.document", "people/admin.js")

    def choices() -> Response:
        viewer = visits.viewer()
        if not viewer.permissions & SPECIAL:
            raise Refused(403, "your roles do not administer anything")

        def find(connection: Connection) -> dict[str, Any]:
            return what_may_be_chosen(connection, viewer)

        return visits.ask_service(find)

    def units() -> Response:
        visits.require("accounts")
        plain = request.args.get("q", "").strip()[:60].replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")

        def find(connection: Connection) -> list[dict[str, str]]:
            if not plain:
                return []
            rows = connection.execute(UNITS, {"begins": f"{plain}%", "like": f"%{plain}%"}).fetchall()
            return [{"id": id, "name": name, "name_en": name_en} for id, name, name_en in rows]

        return visits.ask(find)

    server.add_url_rule("/data/people/choices", "people choices", choices)
    server.add_url_rule("/data/people/units", "people units", units)


def what_may_be_chosen(connection: Connection, viewer: Viewer) -> dict[str, Any]:
    """`mine` of a role or an area: this person may give it."""
    cursor = connection.execute(AREAS, grid_values(viewer))
    names = [column.name for column in cursor.description or ()]
    areas = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    types = [row[0] for row in connection.execute(TYPES).fetchall()]
    mine = set(viewer.grid.types) or set(types)
    known = [
        {key: role[key] for key in ("key", "name", "name_en", "permissions")}
        | {"mine": viewer.may("roles") or set(role["permissions"]) <= viewer.permissions}
        for role in roles.all_roles(connection)
    ]
    return {
        "roles": known,
        "permissions": [{"key": key, "name": zh, "name_en": en, "special": key in SPECIAL}
                        for key, (zh, en) in PERMISSIONS.items()],
        "areas": areas,
        "types": [one for one in types if one in mine],
        "whole": viewer.grid.whole,
        "every_area": any("/" not in path for path in viewer.grid.areas),
    }  # fmt: skip
