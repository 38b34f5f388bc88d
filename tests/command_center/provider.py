"""A small OpenID Connect provider for tests only. It vouches for whomever the test names, and checks what we send."""

import base64
import hashlib
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET, CODE = "sunshine", "a-secret-of-the-test", "one-code"


class TestProvider:
    """`claims` go into the identity token over the honest ones; `nonce` and `challenge` are what was asked with."""

    __test__ = False

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "17", "name": "统一认证用户"}
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.signs_with = self.key
        self.nonce = self.challenge = ""
        self._server = make_server("127.0.0.1", 0, self._app())
        self.issuer = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    def went(self, location: str) -> str:
        """The person signs in there; answers the state that comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT and "openid" in asked["scope"]
        self.nonce, self.challenge = asked["nonce"], asked["code_challenge"]
        return asked["state"]

    def _app(self) -> Flask:
        app = Flask("test provider")

        @app.get("/.well-known/openid-configuration")
        def about():
            at = {name: f"{self.issuer}/{name}" for name in ("authorize", "token", "keys")}
            return jsonify(issuer=self.issuer, authorization_endpoint=at["authorize"], token_endpoint=at["token"],
                           jwks_uri=at["keys"])  # fmt: skip

        @app.get("/keys")
        def keys():
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.post("/token")
        def token():
            verifier = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
            fits = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == self.challenge
            known = request.authorization and request.authorization.password == SECRET
            if not fits or not known or request.form.get("code") != CODE:
                return jsonify(error="invalid_grant"), 400
            now = int(time.time())
            claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.nonce} | self.claims
            signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signs_with)
            return jsonify(access_token="none", token_type="Bearer", id_token=signed)

        return app
