"""Every word exists in both languages, and the pages use only words that exist."""

import re
from pathlib import Path

import pytest

from layouts.panels.street_screen import street_screen
from layouts.panels.wall import wall
from layouts.texts import LANGUAGES, Words, catalogue
from scoring.index.indicators import DIMENSIONS, INDICATORS
from sensors.catalogue import KINDS

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
OWN_SCRIPTS = [path for path in ASSETS.rglob("*.js") if "vendor" not in path.parts]
OWN_STYLES = [path for path in ASSETS.rglob("*.css") if "vendor" not in path.parts]


def test_both_languages_have_the_same_texts():
    assert catalogue("zh").keys() == catalogue("en").keys()


def test_a_text_has_the_same_gaps_in_both_languages():
    def gaps(language):
        return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in catalogue(language).items()}

    chinese, english = gaps("zh"), gaps("en")
    different = {key for key in chinese if chinese[key] != english[key]}
    # A language may leave out what its sentence says in another way, but must not ask for what is not given.
    assert all(key.startswith(("alarm.", "street.")) for key in different)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_a_judge_can_name_has_a_text(language):
    texts = catalogue(language)
    wanted = [f"index.{name}" for name in DIMENSIONS] + [f"because.{row.key}" for row in INDICATORS]
    wanted += [f"indicator.{row.key}" for row in INDICATORS]
    wanted += [f"thing.{kind.key}" for kind in KINDS]
    assert [key for key in wanted if key not in texts] == []


def test_the_scripts_ask_only_for_texts_that_exist():
    asked = set()
    for script in OWN_SCRIPTS:
        asked |= set(re.findall(r"""say\(["'](\w+\.\w+)["']""", script.read_text()))
    assert len(asked) > 20
    assert sorted(asked - catalogue("zh").keys()) == []


SPEAKERS = [
    *OWN_SCRIPTS,
    *(file for room in ("layouts", "command_center", "street_display") for file in (ROOT / room).rglob("*.py")),
]
DOMAIN = [
    file
    for room in ("scoring", "records", "sensors", "streaming", "twin")
    for kind in ("*.py", "*.sql")
    for file in (ROOT / room).rglob(kind)
]
# Given to a helper that makes the key of them: word("fault", ...), select(..., "attention", ...).
HANDED_ON = ("fault", "round", "attention", "licence_state")


def words_of(files):
    """What a composed key could end with: words in quotes, names of fields and properties."""
    found = set()
    for file in files:
        text = file.read_text()
        found |= set(re.findall(r"""["'`](\w+)["'`]|\b(\w+)\s*:|\b(\w+)=|[{,.]\s*(\w+)""", text))
    return {word for groups in found for word in groups if word}


def test_every_text_is_used():
    spoken = "".join(file.read_text() for file in SPEAKERS)
    named = set(re.findall(r"""["'`](\w+\.\w+)["'`]""", spoken))
    heads = set(re.findall(r"""[`"'](\w+\.\w*)\$?\{""", spoken))  # say(`level.${level}`), f"kpi.{name}_detail"
    heads |= {f"{prefix}." for prefix in HANDED_ON}
    words = words_of(SPEAKERS) | words_of(DOMAIN)

    def composed(key):
        for head in heads:
            rest = key.removeprefix(head)
            if rest == key:
                continue
            # `fact.${kind}_${variant}`, `alarm.${reason}_${metric}`: every part is a word.
            parts = [("", rest), *((rest[:at], rest[at + 1 :]) for at, sign in enumerate(rest) if sign == "_")]
            if any((not one or one in words) and other in words for one, other in parts):
                return True
        return False

    unused = {key for key in catalogue("zh").keys() - named if not composed(key)}
    assert sorted(unused - {"lang", "other_language"}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_on_a_page_can_be_said_in_the_other_language(language):
    pages = (
        wall(Words(language), simulated=True, center=(39.6, 109.8), tile_url=None),
        street_screen(Words(language), simulated=True),
    )
    for page in pages:
        keys = [key for part in page._traverse() if (key := getattr(part, "data-text", None))]
        assert len(keys) > 5
        assert sorted(set(keys) - catalogue("zh").keys()) == []


def test_no_script_or_style_of_ours_names_another_server():
    for file in [*OWN_SCRIPTS, *OWN_STYLES]:
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")  # the name of a kind of nodes, never fetched
        assert not re.search(r"https?://|//[a-z]+\.[a-z]+/", text), file.name


def test_colours_are_written_in_one_file_only():
    for file in [*OWN_SCRIPTS, *OWN_STYLES]:
        if file.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{6}\b", file.read_text()), file.name


def test_what_people_read_stands_in_the_catalogues():
    for script in OWN_SCRIPTS:
        code = re.sub(r"/\*.*?\*/|//.*", "", script.read_text())
        assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", code), script.name
