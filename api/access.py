"""What a person may do here: by permission, and for some things only with the whole city in view."""

from typing import Any

from fastapi import Depends

from api.asker import TheAsker
from api.problems import Problem


def needs(permission: str, whole: bool = False) -> Any:
    """For a path: 403 unless the asker has the permission (and, with `whole`, sees the whole city)."""

    def look(asker: TheAsker) -> None:
        if not asker.may(permission):
            raise Problem(403, f"your roles do not have the permission {permission!r}")
        if whole and not asker.grid.whole:
            raise Problem(403, "this concerns the whole city, and your account a part of it")

    return Depends(look)
