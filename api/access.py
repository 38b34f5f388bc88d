"""Who may change things: programs on this machine, and callers that show the token."""

import hmac
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.problems import Problem


def may_write(request: Request) -> None:
    """Raises 401 or 403 for a caller that may only read."""
    token = request.app.state.settings.api_token
    shown = request.headers.get("authorization", "")
    if shown:
        if token and hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
            return
        raise Problem(403, "this token is not the one in API_TOKEN")
    if _is_foreign_page(request):
        raise Problem(403, "a page of another site may not change anything here")
    if not _is_loopback(request):
        raise Problem(
            401,
            "changes from other machines need the header Authorization: Bearer with the value of API_TOKEN",
            headers={"WWW-Authenticate": "Bearer"},
        )


MayWrite = Depends(may_write)


async def body(request: Request, most: int) -> bytes:
    """The whole body. Raises 413 as soon as it is larger than `most` bytes, without keeping it."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Problem(413, f"the body is larger than {most // 1024 // 1024} MB")
        parts.append(part)
    return b"".join(parts)


async def _large_body(request: Request) -> bytes:
    return await body(request, 64 * 1024 * 1024)


async def _small_body(request: Request) -> bytes:
    return await body(request, 8 * 1024 * 1024)


LargeBody = Annotated[bytes, Depends(_large_body)]
SmallBody = Annotated[bytes, Depends(_small_body)]


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _is_foreign_page(request: Request) -> bool:
    """A browser names the page it comes from; any page on the web could call a server on its reader's machine."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
