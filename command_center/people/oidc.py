"""Signing in at an OpenID Connect provider (OIDC_ISSUER): authorization code with PKCE, state and nonce."""

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from flask import Response, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet

from command_center.house import House
from command_center.people.door import close, remember
from command_center.visits import SIGN_IN
from records.accounts import oidc
from records.accounts.sign_in import CannotSignIn
from streaming.settings import Settings

log = logging.getLogger(__name__)
COOKIE = "sunshine_oidc"
BACK = "/oidc/back"
SECONDS = 10  # the provider has to answer
SIGNED_WITH = ["RS256", "PS256", "ES256", "EdDSA"]


class Provider:
    """What the provider says of itself; asked at the first use, so that the house starts without it."""

    def __init__(self, settings: Settings):
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._id, self._secret = settings.oidc_client_id or "", settings.oidc_client_secret or ""
        self._about: dict[str, Any] = {}

    @property
    def about(self) -> dict[str, Any]:
        if not self._about:
            about = self._get(f"{self._issuer}/.well-known/openid-configuration")
            if about["issuer"].rstrip("/") != self._issuer:
                raise ValueError(f"the provider calls itself {about['issuer']!r}")
            self._about = about
        return self._about

    def way(self, attempt: oidc.Attempt, back: str) -> str:
        """The address where the person signs in."""
        with self._session(back) as session:
            return session.create_authorization_url(
                self.about["authorization_endpoint"], state=attempt.state, nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )[0]  # fmt: skip

    def claims(self, code: str, verifier: str, nonce: str, back: str) -> dict[str, Any]:
        """Whom the provider vouches for. Raises what authlib, joserfc and requests raise."""
        with self._session(back) as session:
            token = session.fetch_token(self.about["token_endpoint"], code=code, code_verifier=verifier)
        keys = KeySet.import_key_set(self._get(self.about["jwks_uri"]))
        decoded = jwt.decode(token["id_token"], keys, algorithms=SIGNED_WITH)
        must = {"iss": {"essential": True, "value": self.about["issuer"]},
                "sub": {"essential": True}, "aud": {"essential": True, "value": self._id}}  # fmt: skip
        params = {"nonce": nonce, "client_id": self._id, "access_token": token.get("access_token")}
        claims = CodeIDToken(decoded.claims, decoded.header, must, params)
        claims.validate(leeway=60)
        return dict(claims)

    def _session(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self._id, self._secret or None, scope="openid profile email", redirect_uri=back,
            code_challenge_method="S256", default_timeout=SECONDS,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
        )  # fmt: skip

    def _get(self, address: str) -> Any:
        answer = requests.get(address, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()


def add(house: House) -> None:
    settings, visits, server = house.settings, house.visits, house.site.server
    if not settings.oidc_issuer:
        return
    provider = Provider(settings)

    def start() -> Response:
        with visits.service.connection() as connection:
            attempt = oidc.begin(connection, _local(request.args.get("next", "/")), datetime.now(UTC))
        try:
            way = provider.way(attempt, request.host_url.rstrip("/") + BACK)
        except Exception as error:
            return _sorry("away", error)
        response = redirect(way)
        response.set_cookie(
            COOKIE, attempt.browser, max_age=int(oidc.PATIENCE.total_seconds()), httponly=True, samesite="Lax",
            secure=request.is_secure, path="/oidc/",
        )  # fmt: skip
        return response

    def back() -> Response:
        now = datetime.now(UTC)
        with visits.service.connection() as connection:
            went = oidc.came_back(connection, request.args.get("state", ""), request.cookies.get(COOKIE, ""), now)
        if went is None or "code" not in request.args:
            return _sorry("failed", request.args.get("error", "nobody went with this state"))
        nonce, verifier, next = went
        try:
            claims = provider.claims(request.args["code"], verifier, nonce, request.host_url.rstrip("/") + BACK)
        except Exception as error:
            return _sorry("failed", error)
        with visits.service.connection() as connection:
            arrived = oidc.arrive(
                connection, claims, _roles(settings, claims), now,
                address=visits.address, agent=request.headers.get("User-Agent", ""),
            )  # fmt: skip
        if isinstance(arrived, CannotSignIn):
            return _sorry(arrived.reason, "the account is not open")
        close(visits)
        response = redirect(next)
        remember(response, arrived)
        response.delete_cookie(COOKIE, path="/oidc/")
        return response

    server.add_url_rule("/oidc/start", "oidc start", start)
    server.add_url_rule(BACK, "oidc back", back)


def _roles(settings: Settings, claims: dict[str, Any]) -> list[str] | None:
    if not settings.oidc_roles_claim:
        return None
    told = claims.get(settings.oidc_roles_claim) or []
    return [str(one) for one in told] if isinstance(told, list) else [str(told)]


def _local(path: str) -> str:
    """A path of ours, or home: nobody is led elsewhere by an address made for that."""
    return path if path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() else "/"


def _sorry(reason: str, error: object) -> Response:
    log.warning("signing in with OpenID Connect: %s", error)
    return redirect(f"{SIGN_IN}?said={quote(reason)}")
