"""The frame every page of ours hangs in: one HTML file, our own assets only, and headers that keep it so."""

import hashlib
import json
from collections.abc import Mapping
from html import escape
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

from dash import Dash
from dash.development.base_component import Component
from flask import Response, request, send_from_directory
from flask_compress import Compress

from layouts.texts import LANGUAGES, Words, catalogue

ASSETS = Path(__file__).parent.parent / "assets"
OWN = (".js", ".css", ".svg")
UNKEPT = {"Cache-Control": "no-store"}
EVER = "/<path:path>"  # Dash answers whatever nobody else does with its page

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

NOWHERE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>body {{ font: 1.125rem/1.8 sans-serif; margin: 15vh auto; max-width: 36rem;
padding: 0 1rem; color-scheme: light dark; }}</style></head>
<body>
{rows}
</body></html>"""


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
    own = _own_assets()
    build = _build(own)
    assets = f"/assets/{build}"
    texts = {code: catalogue(code) for code in LANGUAGES}
    told = {**facts, "texts": texts, "language": language, "build": build}
    known = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
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
    _serve_assets(app, own, build)
    _refuse_other_paths(app)
    _guard(app, tile_url)
    Compress(app.server)
    return app


def _serve_assets(app: Dash, own: Mapping[str, bytes], build: str) -> None:
    """Our own files as they were when this process began: what it draws and the scripts for it always fit."""

    def asset(version: str, name: str) -> Response:
        if name in own:
            response = Response(own[name], content_type=f"{guess_type(name)[0]}; charset=utf-8")
        else:
            response = send_from_directory(ASSETS, name)
        if version == build:  # the version is in the address, so whatever it names never changes
            response.cache_control.max_age = 31_536_000
            response.cache_control.immutable = True
        else:  # a page of another build; it must not keep these as its own
            response.headers["Cache-Control"] = "no-store"
        return response

    def tell_build() -> Response:
        return Response(json.dumps({"build": build}), content_type="application/json", headers=UNKEPT)

    app.server.add_url_rule("/assets/<version>/<path:name>", "versioned-assets", asset)
    app.server.add_url_rule("/build", "build", tell_build)


def _refuse_other_paths(app: Dash) -> None:
    @app.server.before_request
    def refuse() -> Response | None:
        if request.url_rule is None or request.url_rule.rule != EVER:
            return None
        return Response(nowhere(), 404, content_type="text/html; charset=utf-8", headers=UNKEPT)


def nowhere() -> str:
    """What a person sees at an address we do not have, in both languages."""
    said = [Words(code) for code in LANGUAGES]
    rows = "\n".join(
        f'<p lang="{words("lang")}">{escape(words("page.nowhere"))} <a href="/">{escape(words("page.home"))}</a></p>'
        for words in said
    )
    title = escape(said[0]("page.document"))
    return NOWHERE.format(title=title, rows=rows)


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


def _own_assets() -> dict[str, bytes]:
    paths = (path for path in sorted(ASSETS.rglob("*")) if path.suffix in OWN and "vendor" not in path.parts)
    return {path.relative_to(ASSETS).as_posix(): path.read_bytes() for path in paths}


def _build(own: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, body in own.items():
        digest.update(name.encode() + b"\0" + body)
    return digest.hexdigest()[:12]
