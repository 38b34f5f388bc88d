"""The command center's wall: every panel that one of its scenes shows."""

from dash import html

from layouts.panels.frame import panel, text
from layouts.panels.header import header
from layouts.panels.kpi_strip import kpi_strip
from layouts.panels.map import map_panel
from layouts.panels.scenes import first_level, scene_bar, scene_panels
from layouts.texts import Words

DIMENSIONS = ("disclosure", "self_inspection", "smart_kitchen", "fire", "public")
CODES = {"green": "circle", "blue": "square", "yellow": "triangle", "red": "octagon", "none": "ring"}


def wall(
    words: Words, *, simulated: bool, center: tuple[float, float], tile_url: str | None, attribution: str = ""
) -> html.Div:
    """The whole page. What changes is found by the scripts through ids and `data-` attributes."""
    own = [index_panel(words), unit_panel(words), sensors_panel(words), alarms_panel(words)]
    parts = [map_panel(words, center, tile_url, attribution), *own, *scene_panels(words), first_level()]
    columns = html.Main(parts, id="columns")
    return html.Div([header(words, simulated), kpi_strip(words), columns, scene_bar(words)], id="wall")


def index_panel(words: Words) -> html.Section:
    rows = [
        html.Div(
            [
                html.I(className=f"shape {shape} {code}"),
                text(words, f"colour.{code}", className="name"),
                html.Span("–", className="number"),
                html.Span("", className="share"),
            ],
            className="code-row",
            **{"data-code": code},
        )
        for code, shape in CODES.items()
    ]
    band = html.Div([html.I(className=code, **{"data-code": code}) for code in CODES], id="code-band")
    bars = [
        html.Div(
            [
                text(words, f"index.{name}", className="name"),
                html.Span(html.I(className="data"), className="bar"),
                html.Span("–", className="number"),
            ],
            className="dimension-row",
            **{"data-dimension": name},
        )
        for name in DIMENSIONS
    ]
    gauge = html.Div(
        [
            html.Canvas(id="gauge"),
            html.Div([html.Span("–", id="gauge-value"), text(words, "index.mean", id="gauge-grade")], id="gauge-words"),
        ],
        id="gauge-frame",
    )
    codes = html.Div([band, html.Div(rows, id="code-rows")], id="codes")
    fact = text(words, "index.scope", id="index-scope")
    return panel(words, "index", "index.title", gauge, codes, html.Div(bars, id="dimensions"), fact=fact)


def unit_panel(words: Words) -> html.Section:
    """The chosen unit, in the place of the city's index; hidden until one is chosen."""
    close = html.Button("×", id="unit-close", title=words("page.back_to_city"), **{"data-title": "page.back_to_city"})
    file = html.A(words("scene.file"), id="unit-page", href="/", **words.attributes("scene.file"))
    section = panel(
        words, "unit", "unit.title", html.Div(id="unit-body"), fact=html.Span([file, close], className="deeds")
    )
    section.hidden = True
    return section


def sensors_panel(words: Words) -> html.Section:
    modes = [
        html.Button(words(f"sensors.{mode}"), **words.attributes(f"sensors.{mode}"), **{"data-mode": mode})
        for mode in ("worst", "latest")
    ]
    empty = text(words, "sensors.empty", id="sensors-empty", className="empty", hidden=True)
    return panel(
        words,
        "sensors",
        "sensors.title",
        empty,
        html.Div([], id="tiles"),
        fact=html.Div(modes, id="sensor-modes", role="group"),
    )


def alarms_panel(words: Words) -> html.Section:
    return panel(
        words,
        "alarms",
        "alarms.title",
        html.Ol([], id="alarm-list"),
        text(words, "alarms.empty", id="alarms-empty", className="empty", hidden=True),
        html.Button("", id="alarms-more", hidden=True),
        fact=html.Span("", id="alarms-count"),
    )
