"""The panels of the wall's scenes, the bar that names the scene, and the line of an alarm of the first level."""

from dash import html

from layouts.panels.frame import panel, text
from layouts.texts import Words

# Which of them a scene shows, `assets/scenes/stage.js` decides; `assets/panels/` draws what is in them.
PANELS = ("event", "lists", "cameras", "trend", "ranking", "load", "longest", "people", "online", "kinds", "offline",
          "matrix", "types", "line", "done", "neighbours")  # fmt: skip


def scene_panels(words: Words) -> list[html.Section]:
    return [_panel(words, name) for name in PANELS]


def _panel(words: Words, name: str) -> html.Section:
    body = html.Div(html.Div(className="skeleton"), id=f"{name}-body", className="panel-body")
    section = panel(words, name, f"scene.{name}", body, fact=html.Span("", id=f"{name}-fact", className="fact"))
    section.hidden = True
    return section


def scene_name(words: Words) -> html.Span:
    """In the header: the scene, and how long it will stay."""
    return html.Span([html.B("", id="scene-name"), html.Span(html.I(), id="scene-progress")], id="scene", role="status")


def scene_bar(words: Words) -> html.Nav:
    """Seen when somebody moves the mouse or presses a key."""
    buttons = [
        html.Button(words(f"scene.{name}_name"), **words.attributes(f"scene.{name}_name"), **{"data-scene": name})
        for name in ("overview", "map", "alarms", "devices", "index")
    ]
    pin = html.Button(text(words, "scene.pin"), id="scene-pin", **{"data-title": "scene.keys", "aria-pressed": "false"})
    return html.Nav([*buttons, pin], id="scenes", **{"data-label": "scene.bar"})


def first_level() -> html.Div:
    """On a pinned screen: that an alarm of the first level is open elsewhere."""
    return html.Div([html.I(className="shape octagon red"), html.Span("")], id="first-level", hidden=True, role="alert")
