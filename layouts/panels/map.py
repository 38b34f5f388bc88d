"""The city's map, for any page: the wall keeps it where it is, the drill-down moves it from view to view.

`assets/city-map.js` finds its parts by their ids, so a page has one map. `assets/map.css` is its style.
"""

import dash_leaflet as dl
from dash import html

from layouts.panels.frame import text
from layouts.texts import Words


def map_panel(words: Words, center: tuple[float, float], tile_url: str | None, attribution: str = "") -> html.Section:
    tiles = [dl.TileLayer(url=tile_url, attribution=attribution, maxZoom=18)] if tile_url else []
    title = [
        text(words, "map.title"),
        html.Span("", id="map-place"),
        text(words, "map.legend", className="fact"),
        html.Span(id="map-time"),
    ]
    core = [html.Div(id="core-map"), text(words, "map.core", id="core-title")]
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
                attributionControl=bool(attribution),
            ),
            html.Div(title, id="map-title"),
            html.Button(words("map.whole_city"), id="map-home", **words.attributes("map.whole_city")),
            html.Div(id="map-layers", role="group", **{"data-label": "map.layers"}),
            html.Div(core, id="core", hidden=True),
            html.A("", id="map-nowhere", href="/admin/areas#nowhere", hidden=True),
            html.Div("", id="map-tip", role="status", hidden=True),
            html.Div("", id="map-message", role="status", hidden=True),
            html.Div(id="map-table", className="unseen"),
        ],
        id="map-panel",
        className="panel",
        **{"data-label": "map.title"},
    )
