"""Every word exists in both languages, and the pages use only words that exist."""

import re
from pathlib import Path

import pytest

from layouts.panels.street_screen import street_screen
from layouts.panels.wall import wall
from layouts.texts import LANGUAGES, Words, catalogue
from scoring.index.indicators import DIMENSIONS, INDICATORS
from sensors.catalogue import KINDS

ASSETS = Path(__file__).parent.parent.parent / "assets"
OWN_SCRIPTS = [path for path in ASSETS.rglob("*.js") if "vendor" not in path.parts]


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


COMPOSED = """sign_in age alarm alarm_state because colour grade index indicator kpi level licence link quantity
    sensors span thing device scene account_state permission refused audit audit_action audit_subject
    people password unit compare fact fault round staff desk_any desk_sound desk_export desk_tab
    desk_hours desk_sort desk_kind desk_cause desk_silence desk_done desk_refused desk_story desk_band
    desk_column desk_key layer map_column search_kind
    figure place dimension regional area_kind licence_state attention drill"""


def test_every_text_is_used():
    root = ASSETS.parent
    files = [*OWN_SCRIPTS, *root.glob("layouts/**/*.py")]
    files += [*root.glob("command_center/**/*.py"), *root.glob("street_display/**/*.py")]
    named = set(re.findall(r"""["'](\w+\.\w+)["']""", "".join(file.read_text() for file in files)))
    composed = {key for key in catalogue("zh") if key.split(".")[0] in COMPOSED.split()}  # say(`level.${level}`)
    assert sorted(catalogue("zh").keys() - named - composed - {"lang", "other_language"}) == []


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
    for file in [*ASSETS.glob("*.js"), *ASSETS.glob("*.css"), *ASSETS.glob("panels/*.js")]:
        assert not re.search(r"https?://|//[a-z]+\.[a-z]+/", file.read_text()), file.name


def test_colours_are_written_in_one_file_only():
    for file in [*ASSETS.glob("*.css"), *ASSETS.glob("*.js"), *ASSETS.glob("panels/*.js")]:
        if file.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{6}\b", file.read_text()), file.name
