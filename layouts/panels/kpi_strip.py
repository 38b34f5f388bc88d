"""Seven figures at most, without boxes: is the city well."""

from dash import html

from layouts.panels.frame import text
from layouts.texts import Words

FIGURES = ("units", "online_rate", "alarms", "index", "red", "self_inspection", "rectification")
SHAPES = {"index": "", "red": "octagon red"}


def kpi_strip(words: Words) -> html.Section:
    return html.Section([_figure(words, name) for name in FIGURES], id="kpis")


def _figure(words: Words, name: str) -> html.Div:
    shape = [html.I(className=f"shape {SHAPES[name]}")] if SHAPES.get(name) else []
    label = html.Div([*shape, text(words, f"kpi.{name}"), html.Span("", className="age")], className="label")
    figure = html.Div(
        [
            html.Span("–", className="figure missing"),
            html.Span("", className="quantity"),
            html.Span("", className="change"),
            html.Span("", className="detail"),
        ],
        className="value",
    )
    return html.Div([label, figure], className="kpi", **{"data-kpi": name})
