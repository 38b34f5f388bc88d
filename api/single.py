"""One thing with its ETag: who has it already gets 304 and no body."""

import hashlib

from fastapi import Request, Response
from pydantic import BaseModel


def single(request: Request, thing: BaseModel, besides: set[str] | None = None) -> Response:
    """The answer for one thing. `besides` are fields that move with the clock and do not make it another thing."""
    mark = hashlib.sha256(thing.model_dump_json(exclude=besides).encode()).hexdigest()[:20]
    tag = f'W/"{mark}"'  # weak: the same thing may travel compressed or not
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known or f'"{mark}"' in known:
        return Response(status_code=304, headers=headers)
    return Response(thing.model_dump_json(), media_type="application/json", headers=headers)
