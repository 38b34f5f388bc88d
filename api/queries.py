"""A parameter that a path does not know is refused: a filter with a slip of the pen would answer everything."""

from typing import Any

from fastapi import Depends, FastAPI, Request

from api.problems import Problem


def only_known(prefix: str) -> Any:
    """For all paths under the prefix: 422 for a parameter that the description for programs does not have."""

    def look(request: Request) -> None:
        known = _known(request.app, prefix + request.scope["route"].path_format, request.method.lower())
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            allowed = f"allowed are {', '.join(known)}" if known else "this path takes none"
            reason = f"there is no such parameter; {allowed}"
            errors = tuple({"field": name, "value": request.query_params[name], "reason": reason} for name in unknown)
            raise Problem(422, f"{unknown[0]}: {reason}", errors)

    return Depends(look)


def _known(app: FastAPI, path: str, method: str) -> list[str]:
    told = app.openapi()["paths"][path][method].get("parameters", [])
    return [one["name"] for one in told if one["in"] == "query"]
