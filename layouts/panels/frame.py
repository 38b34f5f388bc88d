"""The frame of a panel: a tick, a title, one quiet fact at the right."""

from dash import html
from dash.development.base_component import Component

from layouts.texts import Words


def text(words: Words, key: str, **attributes: object) -> html.Span:
    """A text that the browser can say in the other language."""
    return html.Span(words(key), **words.attributes(key), **attributes)


def panel(words: Words, id: str, title: str, *body: Component, fact: Component | None = None) -> html.Section:
    header = [html.H2(words(title), **words.attributes(title))]
    if fact is not None:
        header.append(fact)
    return html.Section([html.Header(header, className="panel-header"), *body], id=id, className="panel")
