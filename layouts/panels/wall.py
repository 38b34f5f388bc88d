"""The command center's wall: index and sensors at the left, the map, alarms at the right."""

import dash_leaflet as dl
from dash import html

from layouts.panels.frame import panel, text
from layouts.panels.header import header
from layouts.panels.kpi_strip import kpi_strip
from layouts.texts import Words

CODES = {"green": "circle", "blue": "square", "yellow": "triangle", "red": "octagon", "none": "ring"}


def wall(words: Words, *, simulated: bool, center: tuple[float, float], tile_url: str | None) -> html.Div:
    """The whole page. What changes is found by the scripts through ids and `data-` attributes."""
    left = html.Div([index_panel(words), unit_panel(words), sensors_panel(words)], id="left")
    columns = html.Main([left, map_panel(words, center, tile_url), alarms_panel(words)], id="columns")
    return html.Div([header(words, simulated), kpi_strip(words), columns], id="wall")


def index_panel(words: Words) -> html.Section:
    rows = [
        html.Div(
            [
                html.I(className=f"shape {shape} {code}"),
                text(words, f"colour.{code}", className="name"),
                html.Span(html.I(className=code), className="bar"),
                html.Span("–", className="number"),
                html.Span("", className="share"),
            ],
            className="code-row",
            **{"data-code": code},
        )
        for code, shape in CODES.items()
    ]
    gauge = html.Div(
        [
            html.Canvas(id="gauge"),
            html.Div([html.Span("–", id="gauge-value"), text(words, "index.mean", id="gauge-grade")], id="gauge-words"),
        ],
        id="gauge-frame",
    )
    return panel(words, "index", "index.title", gauge, html.Div(rows, id="codes"), fact=text(words, "index.scope"))


def unit_panel(words: Words) -> html.Section:
    """The chosen unit, in the place of the city's index; hidden until one is chosen."""
    close = html.Button("×", id="unit-close", title=words("page.back_to_city"), **{"data-title": "page.back_to_city"})
    section = panel(words, "unit", "unit.title", html.Div(id="unit-body"), fact=close)
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


def map_panel(words: Words, center: tuple[float, float], tile_url: str | None) -> html.Section:
    tiles = [dl.TileLayer(url=tile_url)] if tile_url else []
    return html.Section(
        [
            dl.Map(
                tiles,
                id="map",
                center=list(center),
                zoom=9,
                minZoom=5,
                maxZoom=18,
                zoomSnap=0.05,
                zoomDelta=0.5,
                wheelPxPerZoomLevel=90,
                preferCanvas=True,
                zoomControl=False,
                attributionControl=bool(tile_url),
            ),
            html.Div(
                [text(words, "map.title"), text(words, "map.legend", className="fact"), html.Span(id="map-time")],
                id="map-title",
            ),
            html.Button(words("map.whole_city"), id="map-home", **words.attributes("map.whole_city")),
            html.Div(
                [html.Div(id="core-map"), text(words, "map.core", id="core-title")],
                id="core",
                hidden=True,
            ),
            html.Div("", id="map-tip", hidden=True),
            html.Div("", id="map-message", hidden=True),
        ],
        id="map-panel",
        className="panel",
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
