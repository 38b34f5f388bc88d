"""The value templates that Home Assistant discovery really carries: one value picked out of the payload.

Understood: `{{ value }}`, `{{ value_json.a.b }}`, `{{ value_json['a'][0] }}`, each perhaps followed by filters that
only dress a number up (`float`, `int`, `round(1)`, `is_defined`, `default(...)`); they are passed over, so we keep the
number as it was measured. Anything that calculates or decides is refused by name rather than guessed at.
"""

import re
from collections.abc import Callable
from typing import Any

from sensors.decoding.payload import excerpt
from sensors.facts import BadPayload

_FILTER = r"\|\s*(?:float|int|round|is_defined|default|string|trim)\s*(?:\([^(){}]*\))?"
_TEMPLATE = re.compile(rf"\s*\{{\{{-?\s*(value(?:_json)?)((?:\.\w+|\[[^\]]+\])*)\s*((?:{_FILTER}\s*)*)-?\}}\}}\s*")
_STEP = re.compile(r"\.(\w+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+))\s*\]")
MISSING = None

Pick = Callable[[Any], Any]


def compile_template(text: str) -> tuple[bool, Pick]:
    """Whether it wants JSON, and what it picks. A path that the payload does not have gives None: a missing value."""
    if not text.strip():
        return False, lambda value: value
    found = _TEMPLATE.fullmatch(text)
    if not found:
        raise BadPayload("template", f"template {excerpt(text)}; allowed: {{{{ value_json.name }}}} and the like")
    root, path = found[1], found[2]
    steps = _steps(path, text)
    if root == "value":
        if steps:
            raise BadPayload("template", f"template {excerpt(text)}; allowed: value without a path, or value_json")
        return False, lambda value: value
    return True, lambda value: _walk(value, steps)


def _steps(path: str, text: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    position = 0
    for step in _STEP.finditer(path):
        if step.start() != position:
            break
        position = step.end()
        steps.append(int(step[4]) if step[4] else next(part for part in step.group(1, 2, 3) if part is not None))
    if position != len(path):
        raise BadPayload("template", f"template {excerpt(text)}; allowed: names and numbers in the path")
    return tuple(steps)


def _walk(value: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        if type(value) is dict:
            value = value.get(step)
        elif type(value) is list and type(step) is int and step < len(value):
            value = value[step]
        else:
            return MISSING
    return value
