"""The frame of the pages at a desk: where one is, where one can go, who is signed in."""

from dash import html
from dash.development.base_component import Component

from layouts.panels.frame import text
from layouts.texts import Words

PLACES = (("/", "nav.city"), ("/alarms", "nav.alarms"), ("/devices", "nav.devices"), ("/licences", "nav.licences"),
          ("/wall", "nav.wall"))  # fmt: skip


def desk(words: Words, *body: Component, simulated: bool) -> html.Div:
    """Header and main part. `assets/desk.js` fills in the person, the link, the clock and the crumbs."""
    links = [html.A(words(key), href=path, **words.attributes(key)) for path, key in PLACES]
    chip = [text(words, "page.simulated", id="simulated", className="chip", **{"data-title": "page.simulated_hint"})]
    header = html.Header(
        [
            html.A(
                [html.Span(className="emblem"), text(words, "page.short", className="name")],
                href="/",
                className="who",
                **{"data-title": "page.title"},
            ),
            html.Button(words("nav.menu"), id="fold", **{"aria-expanded": "false", "data-text": "nav.menu"}),
            html.Nav(links, id="places", **{"data-label": "nav.places"}),
            *(chip if simulated else []),
            html.Div(id="search", role="search"),
            html.Span([html.I(), text(words, "link.waiting")], id="link", className="is-waiting", role="status"),
            html.Button(words("other_language"), id="language", **words.attributes("other_language")),
            html.Button("", id="theme", **{"data-title": "page.switch_theme"}),
            html.Span("", id="clock"),
            html.Div(id="person"),
        ],
        id="header",
    )
    skip = html.A(words("page.skip"), href="#main", id="skip", **words.attributes("page.skip"))
    crumbs = html.Nav(id="crumbs", **{"data-label": "nav.crumbs"})
    return html.Div([skip, header, crumbs, html.Main(list(body), id="main", tabIndex="-1")], id="desk")
