"""The words of the screens: gettext catalogues (.po), a folder per language, a file per part of the house.

A text is named by a key such as `kpi.units`, the same in every language, so that scripts and pages can name it alike.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")


class TextTwice(ValueError):
    """Two catalogues of one language have the same key."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by key."""
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                key = str(message.id)
                if key in texts:
                    raise TextTwice(f"{path.name}: {key} is in another catalogue already")
                if key:
                    texts[key] = str(message.string)
    return texts


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
