"""The same units as plain dash-leaflet markers whose colours are polled with dcc.Interval: Dash by itself.

Started as a program: `python -m bench.map_peer PORT UNITS`.
"""

import logging
import sys
from random import Random

import dash_leaflet as dl
from dash import Dash, Input, Output, dcc, html

from sensors.city import registry

COLOURS = ("#35c98f", "#3a7dff", "#ffe066", "#ff3b52")
A_SECOND = 200


def create(units: int) -> Dash:
    city = registry.build(units, 20241)
    random = Random(1)
    places = [(unit.latitude, unit.longitude) for unit in city.units]
    colours = [random.choice(COLOURS) for _ in places]

    def markers() -> list[dl.CircleMarker]:
        return [
            dl.CircleMarker(center=place, radius=2, stroke=False, fillOpacity=0.8, color=colour, fillColor=colour)
            for place, colour in zip(places, colours, strict=True)
        ]

    app = Dash("peer", serve_locally=True, include_assets_files=False)
    group = dl.LayerGroup(markers(), id="units")
    style = {"height": "602px", "width": "992px"}
    town = dl.Map([group], id="map", center=[39.6, 109.8], zoom=8, preferCanvas=True, style=style)
    app.layout = html.Div([town, dcc.Interval(id="clock", interval=1000)])

    @app.callback(Output("units", "children"), Input("clock", "n_intervals"), prevent_initial_call=True)
    def poll(_turn: int) -> list[dl.CircleMarker]:
        for row in random.sample(range(len(colours)), min(A_SECOND, len(colours))):
            colours[row] = random.choice(COLOURS)
        return markers()

    return app


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    create(int(sys.argv[2])).run(port=int(sys.argv[1]), debug=False)
