"""Is this process alive, can it work, and what has it counted: /healthz, /readyz and /metrics on every port."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], bool]
Answer = tuple[int, str, bytes]  # status, content type, body


class Health:
    """Named checks of what this process needs before it can do its work."""

    def __init__(self, **checks: Check):
        self._checks = checks

    def waiting_for(self) -> list[str]:
        return [name for name, check in self._checks.items() if not _passes(check)]

    def answer(self, path: str) -> Answer | None:
        """What the path answers, or None when it is none of ours."""
        if path == "/healthz":
            return 200, "application/json", b'{"alive": true}'
        if path == "/readyz":
            waiting = self.waiting_for()
            body = {"ready": False, "waiting_for": waiting} if waiting else {"ready": True}
            return (503 if waiting else 200), "application/json", json.dumps(body).encode()
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        return None

    def serve(self, host: str, port: int) -> ThreadingHTTPServer:
        """A small server in a thread, for processes that have no web server of their own."""
        health = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                status, kind, body = health.answer(path) or (404, "text/plain", b"not found\n")
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass  # a scrape every few seconds is no news

        server = ThreadingHTTPServer((host, port), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        return server

    def add_to_flask(self, app) -> None:
        """The three paths on a Flask application."""
        from flask import Response, request

        def respond() -> Response:
            status, kind, body = self.answer(request.path) or (404, "text/plain", b"")
            return Response(body, status=status, content_type=kind)

        for path in ("/healthz", "/readyz", "/metrics"):
            app.add_url_rule(path, path.strip("/"), respond)

    def add_to_fastapi(self, app, may_measure: Callable[[Any], bool] = lambda request: True) -> None:
        """The three paths on a FastAPI application, outside its OpenAPI description. `may_measure` says of a request
        whether it may see the figures."""
        from starlette.requests import Request
        from starlette.responses import Response

        def respond(request: Request) -> Response:
            if request.url.path == "/metrics" and not may_measure(request):
                said = b"figures are for programs on this machine, or with Authorization: Bearer and API_TOKEN\n"
                return Response(said, 401, {"WWW-Authenticate": "Bearer"}, "text/plain")
            status, kind, body = self.answer(request.url.path) or (404, "text/plain", b"")
            return Response(body, status_code=status, media_type=kind)

        for path in ("/healthz", "/readyz", "/metrics"):
            app.add_api_route(path, respond, include_in_schema=False)


def _passes(check: Check) -> bool:
    try:
        return bool(check())
    except Exception:
        return False


def database_answers(database: str) -> Check:
    """A check that the database answers a question within two seconds."""

    def check() -> bool:
        import psycopg

        with psycopg.connect(database, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() is not None

    return check
