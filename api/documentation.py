"""The readable page of the API, and its description for programs. Nothing is loaded from elsewhere."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.asker import COOKIE
from api.problems import ProblemDocument

SWAGGER = Path(__file__).parent.parent / "assets" / "vendor" / "swagger-ui"
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "A person's own token, or API_TOKEN"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Of a browser that signed in"},
}
NO_ICON = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"

INTRODUCTION = """\
JSON in UTF-8 with `snake_case` names. Times are RFC 3339 with offset; coordinates are WGS-84 degrees. A value that is
not known is `null`, never 0. Every judged value says in `as_of` when it was true.

* **Lists** answer `{"items": [...], "next": "..."}`. Pass `next` as `cursor` for the next page; it is `null` on the
  last. A cursor names a place, not a number of rows: entries that come in meanwhile neither repeat nor hide any.
* **Single things** carry an `ETag`; with `If-None-Match` an unchanged one answers 304.
* **Errors** are RFC 9457 problem documents, `application/problem+json`. `errors` names field, value and what is
  allowed.
* **Who asks** sees what lies in their part of the city; the rest is not there (404, and no count tells of it). People
  show their own token (`Authorization: Bearer`) or the session of their browser; changes by a session also need its
  `X-CSRF-Token`. `API_TOKEN`, and programs on the same machine, see everything. Everybody else gets 401.
* **Changes** need a permission of one of the person's roles, named at each path; 403 without it.
"""


def add(app: FastAPI, prefix: str) -> None:
    """The page at `docs`, and the description that knows problem documents."""
    app.mount(f"{prefix}/docs/assets", StaticFiles(directory=SWAGGER, check_dir=False), name="docs-assets")

    @app.get(f"{prefix}/docs", include_in_schema=False)
    def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=f"{prefix}/openapi.json",
            title="Sunshine Command Center API",
            swagger_js_url=f"{prefix}/docs/assets/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}/docs/assets/swagger-ui.css",
            swagger_favicon_url=NO_ICON,
        )

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _description(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    parts = schema.setdefault("components", {}).setdefault("schemas", {})
    document = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    parts.update(document.pop("$defs", {}))
    parts["ProblemDocument"] = document
    for path in schema["paths"].values():
        for operation in path.values():
            _describe_validation_as_problem(operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        parts.pop(unused, None)
    schema["components"]["securitySchemes"] = SECURITY
    schema["security"] = [{name: []} for name in SECURITY] + [{}]  # and programs on the same machine
    return schema


def _describe_validation_as_problem(operation: dict[str, Any]) -> None:
    """The framework describes its own form of a validation error, which this API never answers."""
    answer = operation.get("responses", {}).get("422")
    if answer and "application/json" in answer.get("content", {}):
        reference = {"$ref": "#/components/schemas/ProblemDocument"}
        answer["content"] = {"application/problem+json": {"schema": reference}}
