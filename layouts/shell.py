"""The frame every page of ours hangs in: one HTML file, our own assets only, and headers that keep it so."""

import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

from dash import Dash
from dash.development.base_component import Component
from flask import Response, send_from_directory
from flask_compress import Compress

from layouts.texts import LANGUAGES, Words, catalogue

ASSETS = Path(__file__).parent.parent / "assets"
OWN = (".js", ".css", ".svg")

INDEX = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}">
<head>
{{%metas%}}
<title>{{%title%}}</title>
{{%favicon%}}
<link rel="stylesheet" href="{assets}/vendor/noto-sans-sc/index.css">
{styles}
{{%css%}}
</head>
<body>
{{%app_entry%}}
<script type="application/json" id="page-facts">{facts}</script>
<footer>
{{%config%}}
{{%scripts%}}
<script src="{assets}/map-hook.js"></script>
{{%renderer%}}
<script src="{assets}/vendor/socket.io/socket.io.min.js"></script>
<script type="module" src="{assets}/{module}"></script>
</footer>
</body>
</html>"""


def page_app(
    name: str,
    *,
    title: str,
    body: Component,
    module: str,
    styles: tuple[str, ...],
    theme: str,
    language: str,
    facts: dict[str, object],
    tile_url: str | None = None,
) -> Dash:
    """A Dash application of one page. `facts` reach the page's script as they are, besides the texts."""
    assets = f"/assets/{_version()}"
    texts = {code: catalogue(code) for code in LANGUAGES}
    known = json.dumps({**facts, "texts": texts, "language": language}, ensure_ascii=False).replace("<", "\\u003c")
    app = Dash(
        name,
        title=title,
        update_title=None,
        include_assets_files=False,
        assets_folder=str(ASSETS),
        serve_locally=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = INDEX.format(
        lang=Words(language)("lang"),
        theme=theme,
        assets=assets,
        styles="\n".join(f'<link rel="stylesheet" href="{assets}/{style}">' for style in styles),
        facts=known.replace("{%", "{ %"),
        module=module,
    )
    app.layout = body
    _serve_assets(app)
    _guard(app, tile_url)
    Compress(app.server)
    return app


def _serve_assets(app: Dash) -> None:
    def asset(version: str, name: str) -> Response:
        # The version is in the address, so whatever it names never changes; an old page still finds its fonts.
        response = send_from_directory(ASSETS, name, max_age=31_536_000)
        response.cache_control.immutable = True
        return response

    app.server.add_url_rule("/assets/<version>/<path:name>", "versioned-assets", asset)


def _guard(app: Dash, tile_url: str | None) -> None:
    """A browser that is told so asks nobody but us (and the tile server, when one is set)."""
    pictures = "'self' data: blob:"
    if tile_url:
        parts = urlsplit(tile_url.replace("{s}", "*"))
        pictures += f" {parts.scheme}://{parts.netloc}"
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        f"img-src {pictures}; connect-src 'self' ws: wss:; frame-ancestors 'self'; base-uri 'none'"
    )

    @app.server.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(ASSETS.rglob("*")):
        if path.suffix in OWN and "vendor" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
