"""The top line: who we are, is the data live, find something, the language, the time."""

from dash import html

from layouts.panels.frame import text
from layouts.panels.scenes import scene_name
from layouts.texts import Words


def header(words: Words, simulated: bool) -> html.Header:
    return html.Header(
        [
            html.Div(
                [
                    html.Span(className="emblem"),
                    html.H1(words("page.title"), **words.attributes("page.title")),
                    html.Span("", id="part", className="chip", hidden=True),
                    *_simulated(words, simulated),
                    scene_name(words),
                ],
                className="who",
            ),
            html.Div(
                [html.Div(id="search", role="search"), _link(words), _sound(words), _language(words), *_time()],
                className="now",
            ),
        ],
        id="header",
    )


def _simulated(words: Words, simulated: bool) -> list[html.Span]:
    if not simulated:
        return []
    return [text(words, "page.simulated", id="simulated", className="chip", **{"data-title": "page.simulated_hint"})]


def _link(words: Words) -> html.Span:
    return html.Span([html.I(), text(words, "link.waiting")], id="link", className="is-waiting", role="status")


def _language(words: Words) -> html.Button:
    return html.Button(words("other_language"), id="language", **words.attributes("other_language"))


def _sound(words: Words) -> html.Button:
    return html.Button(
        words("scene.sound_off"),
        id="sound",
        **words.attributes("scene.sound_off"),
        **{"data-title": "scene.sound_hint"},
    )


def _time() -> list[html.Span]:
    return [html.Span("", id="date"), html.Span("", id="clock")]
