"""Who may change things: programs on this machine, and callers that show the token."""

import hmac
from ipaddress import ip_address
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
    if not _is_called_local(request):
        raise Problem(
            403,
            "without a token changes are taken at localhost, 127.0.0.1 and [::1] only, "
            f"not at {request.headers.get('host', '')!r}",
        )


MayWrite = Depends(may_write)


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _is_foreign_page(request: Request) -> bool:
    """A browser names the page it comes from; any page on the web could call a server on its reader's machine."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _is_called_local(request: Request) -> bool:
    """A page elsewhere can let its own name point to this machine; the browser then takes us for that page's site."""
    try:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
