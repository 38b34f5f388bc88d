"""The words of the screens, one catalogue per language, the same keys in each."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by dotted key, such as `kpi.units`."""
    with (Path(__file__).parent / f"{language}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(table: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    rows = []
    for key, value in table.items():
        rows += _flat(value, f"{path}{key}.") if isinstance(value, dict) else [(path + key, value)]
    return rows


class Words:
    """The texts of one language: `words("kpi.units")`."""

    def __init__(self, language: str):
        self.language = language
        self._texts = catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values) if values else self._texts[key]

    def attributes(self, key: str) -> dict[str, str]:
        """Attributes by which the browser finds the text again when the language changes."""
        return {"data-text": key}
