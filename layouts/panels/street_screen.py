"""The public page of a demonstration street: its units with grade, name and index. Light, large, no sign-in."""

from dash import html

from layouts.panels.frame import text
from layouts.texts import Words


def street_screen(words: Words, *, simulated: bool) -> html.Div:
    title = html.Div(
        [
            html.H1(words("street.title"), id="street-name"),
            html.P(words("street.subtitle"), **words.attributes("street.subtitle")),
        ],
        className="who",
    )
    side = [text(words, "page.simulated", className="chip")] if simulated else []
    side += [
        html.Span([html.I(), text(words, "link.waiting")], id="link", className="is-waiting", role="status"),
        html.Button(words("other_language"), id="language", **words.attributes("other_language")),
        html.Span("", id="clock"),
    ]
    return html.Div(
        [
            html.Header([title, html.Div(side, className="now")], id="header"),
            html.Nav([], id="streets"),
            html.Div([text(words, "street.units"), html.Span("", id="unit-count")], id="units-title"),
            html.Ol([], id="units"),
            text(words, "street.empty", id="units-empty", className="empty", hidden=True),
            html.Footer(text(words, "street.explain")),
        ],
        id="street",
    )
