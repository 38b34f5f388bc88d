"""Who calls over HTTP: a program on this machine, or anybody else. Asked by the API, the live frames and /metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

# With one of these somebody else stands behind the caller: a person who signed in, or a proxy's client.
SAYS_WHO = ("cookie", "authorization", "forwarded", "via", "x-real-ip")  # and x-forwarded-...
OWN_SITE = ("same-origin", "none")  # of Sec-Fetch-Site: a page of ours, or an address that a person typed
BROWSER = "mozilla/"  # every browser begins so, and no page can change it


@dataclass(frozen=True)
class Caller:
    """`headers` by their names in small letters."""

    address: str
    headers: Mapping[str, str]

    @classmethod
    def of_environ(cls, environ: Mapping[str, Any]) -> "Caller":
        """From a WSGI environment."""
        named = {key[5:].replace("_", "-").lower(): str(value) for key, value in environ.items() if key[:5] == "HTTP_"}
        return cls(str(environ.get("REMOTE_ADDR", "")), named)

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(self.address)

    @property
    def is_foreign_page(self) -> bool:
        """A browser names the page it comes from; any page on the web could call a server on its reader's machine.
        Of pictures, frames and links it only says that another site asks."""
        if self.headers.get("sec-fetch-site", "none") not in OWN_SITE:
            return True
        origin = self.headers.get("origin")
        try:
            return origin is not None and urlsplit(origin).netloc != self.headers.get("host")
        except ValueError:
            return True

    @property
    def is_called_local(self) -> bool:
        """A page elsewhere can let its own name point to this machine; the browser takes us for that page's site."""
        try:
            name = urlsplit(f"//{self.headers.get('host', '')}").hostname or ""
        except ValueError:
            return False
        return name == "localhost" or _is_loopback(name)

    @property
    def is_page(self) -> bool:
        """A script of a page, or anything that a page of another site makes its reader's browser ask for. Programs'
        WebSocket clients name the address they call as origin too, browsers say besides what they are."""
        agent = self.headers.get("user-agent", "").lower()
        return self.is_foreign_page or ("origin" in self.headers and agent.startswith(BROWSER))

    @property
    def is_this_machine(self) -> bool:
        """A program that runs here and speaks for itself."""
        if not self.is_loopback or not self.is_called_local or self.is_page:
            return False
        return not any(name in SAYS_WHO or name.startswith("x-forwarded-") for name in self.headers)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
