"""The frame every page of ours hangs in: one HTML file, our own assets only, and headers that keep it so."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dash import Dash
from dash.development.base_component import Component
from flask import Flask, Response, request, send_from_directory
from flask_compress import Compress

from layouts.texts import LANGUAGES, Words, catalogue

ASSETS = Path(__file__).parent.parent / "assets"
OWN = (".js", ".css", ".svg")
UNKEPT = {"Cache-Control": "no-store"}
HOME = "/_pages"  # each page's Dash application asks for its parts under its own path in here
TOLD = "<!-- told -->"

INDEX = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}">
<head>
{{%metas%}}
<title>{{%title%}}</title>
{{%favicon%}}
<script type="application/json" id="page-facts">{told}</script>
<script src="{assets}/theme.js"></script>
<link rel="icon" href="{assets}/emblem.svg" type="image/svg+xml">
<link rel="stylesheet" href="{assets}/vendor/noto-sans-sc/index.css">
{styles}
{{%css%}}
</head>
<body>
{{%app_entry%}}
<footer>
{{%config%}}
{{%scripts%}}
<script src="{assets}/map-hook.js"></script>
{{%renderer%}}
<script src="{assets}/vendor/socket.io/socket.io.min.js"></script>
{scripts}
<script type="module" src="{assets}/{module}"></script>
</footer>
</body>
</html>"""

NOWHERE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>body {{ font: 1.125rem/1.8 sans-serif; margin: 15vh auto; max-width: 36rem;
padding: 0 1rem; color-scheme: light dark; }}</style></head>
<body>
{rows}
</body></html>"""


@dataclass(frozen=True)
class Page:
    """One page. `paths` are Flask rules (`/units/<path:id>`): the page's script reads the address itself.

    `facts` reach the script as they are, besides the texts; `scripts` are plain scripts from `assets/` that it needs.
    """

    name: str
    paths: tuple[str, ...]
    title: str  # a key of the texts
    body: Component
    module: str
    styles: tuple[str, ...]
    theme: str = "dark"
    facts: Mapping[str, object] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()


class _PageApp(Dash):
    """A Dash application that tells its page's script who looks at it."""

    told: Callable[[], str]

    def interpolate_index(self, **parts: Any) -> str:
        return super().interpolate_index(**parts).replace(TOLD, self.told(), 1)


class Site:
    """Pages on one Flask application. `about` tells a page's script of the person who asks, at each request."""

    def __init__(
        self, name: str, *, language: str, tile_url: str | None = None, about: Callable[[], object] | None = None
    ):
        self.server = Flask(name)
        self._language = language
        self._about = about or (lambda: None)
        self._own = _own_assets()
        self.build = _build(self._own)
        self._texts = {code: catalogue(code) for code in LANGUAGES}
        self._scripts: list[str] = []  # digests of the scripts that Dash writes into its pages
        self._guard(tile_url)
        self._serve_assets()
        self.server.register_error_handler(404, self._no_such_page)
        Compress(self.server)

    def add(self, page: Page) -> Dash:
        prefix = f"{HOME}/{page.name}/"
        words = Words(self._language)
        app = _PageApp(
            page.name,
            server=self.server,
            title=words(page.title),
            update_title=None,
            include_assets_files=False,
            assets_folder=str(ASSETS),
            assets_url_path=f"{page.name}-unused",  # ours are served with their build in the address
            serve_locally=True,
            routes_pathname_prefix=prefix,
            requests_pathname_prefix=prefix,
            meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        )
        assets = f"/assets/{self.build}"
        app.index_string = INDEX.format(
            lang=words("lang"),
            theme=page.theme,
            assets=assets,
            styles="\n".join(f'<link rel="stylesheet" href="{assets}/{style}">' for style in page.styles),
            scripts="\n".join(f'<script src="{assets}/{script}"></script>' for script in page.scripts),
            told=TOLD,
            module=page.module,
        )
        known = {**page.facts, "texts": self._texts, "language": self._language, "build": self.build}
        known |= {"page": page.name, "title": page.title, "theme": page.theme}
        fixed = json.dumps(known, ensure_ascii=False)[1:]

        def told() -> str:
            about = json.dumps(self._about(), ensure_ascii=False)
            return f'{{"viewer": {about}, {fixed}'.replace("<", "\\u003c")

        app.told = told
        app.layout = page.body
        self._scripts += app.csp_hashes()
        for rule in page.paths:
            self.server.add_url_rule(rule, f"page {page.name} {rule}", _index_of(app))
        return app

    def _serve_assets(self) -> None:
        """Our own files as they were when this process began: what it draws and the scripts for it always fit."""

        def asset(version: str, name: str) -> Response:
            if name in self._own:
                response = Response(self._own[name], content_type=f"{guess_type(name)[0]}; charset=utf-8")
            else:
                response = send_from_directory(ASSETS, name)
            if version == self.build:  # the version is in the address, so whatever it names never changes
                response.cache_control.max_age = 31_536_000
                response.cache_control.immutable = True
            else:  # a page of another build; it must not keep these as its own
                response.headers["Cache-Control"] = "no-store"
            return response

        def tell_build() -> Response:
            return Response(json.dumps({"build": self.build}), content_type="application/json", headers=UNKEPT)

        self.server.add_url_rule("/assets/<version>/<path:name>", "versioned-assets", asset)
        self.server.add_url_rule("/build", "build", tell_build)

    def _no_such_page(self, _error: object) -> Response:
        return Response(nowhere(), 404, content_type="text/html; charset=utf-8", headers=UNKEPT)

    def _guard(self, tile_url: str | None) -> None:
        """A browser that is told so asks nobody but us (and the tile server, when one is set)."""
        pictures = "'self' data: blob:"
        if tile_url:
            parts = urlsplit(tile_url.replace("{s}", "*"))
            pictures += f" {parts.scheme}://{parts.netloc}"

        @self.server.before_request
        def refuse() -> Response | None:
            # Dash would answer whatever nobody else does under a page's own path with that page.
            rule = request.url_rule.rule if request.url_rule else ""
            if rule.startswith(HOME) and rule.endswith(("/", "/<path:path>")):
                return self._no_such_page(None)
            return None

        @self.server.after_request
        def add_headers(response: Response) -> Response:
            scripts = " ".join(dict.fromkeys(self._scripts))
            # Leaflet, Plotly and the tables write style attributes; scripts run only from our files.
            response.headers["Content-Security-Policy"] = (
                f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
                f"img-src {pictures}; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'; "
                "object-src 'none'; form-action 'self'"
            )
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
            if request.is_secure:
                response.headers["Strict-Transport-Security"] = "max-age=31536000"
            if response.mimetype == "text/html":  # it may hold what only this person may see
                response.headers["Cache-Control"] = "no-store"
            return response


def _index_of(app: Dash) -> Callable[..., Any]:
    """The page, whatever parts of the address its script will read."""
    return lambda **parts: app.index()


def nowhere() -> str:
    """What a person sees at an address we do not have, in both languages."""
    said = [Words(code) for code in LANGUAGES]
    rows = "\n".join(
        f'<p lang="{words("lang")}">{escape(words("page.nowhere"))} <a href="/">{escape(words("page.home"))}</a></p>'
        for words in said
    )
    title = escape(said[0]("page.document"))
    return NOWHERE.format(title=title, rows=rows)


def _own_assets() -> dict[str, bytes]:
    paths = (path for path in sorted(ASSETS.rglob("*")) if path.suffix in OWN and "vendor" not in path.parts)
    return {path.relative_to(ASSETS).as_posix(): path.read_bytes() for path in paths}


def _build(own: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, body in own.items():
        digest.update(name.encode() + b"\0" + body)
    return digest.hexdigest()[:12]
