"""What the papers say is there: links, settings, commands, packages; and nothing names a place that serves packages."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from streaming.settings import Settings
from sunshine.cli import app

ROOT = Path(__file__).parents[1]
PAPERS = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
# A clone must install from wherever its machine is told to, so addresses of package servers stand nowhere.
PACKAGE_SERVERS = ("pypi.org", "pythonhosted.org", "npmjs.org", "npmmirror.com", "index-url", "artifactory", "nexus.")
SCRIPT_SERVERS = ("unpkg.com", "jsdelivr.net", "cdnjs.", "fonts.googleapis.com", "fonts.gstatic.com")


def anchors(paper: Path) -> set[str]:
    """The names that a renderer gives to headings."""
    headings = HEADING.findall(paper.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git clone")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper):
    broken = []
    for link in LINK.findall(paper.read_text()):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (paper.parent / path) if path else paper
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_plan_of_the_house_links_every_other_paper():
    linked = set(LINK.findall((ROOT / "docs" / "architecture.md").read_text()))
    assert {paper.name for paper in (ROOT / "docs").glob("*.md")} - linked == {"architecture.md"}


def test_every_setting_is_listed_for_people():
    listed = (ROOT / ".env.example").read_text()
    unlisted = [name for name in Settings.model_fields if name.upper() not in listed and name != "sunshine_demo"]
    assert unlisted == []


def test_no_setting_is_listed_that_does_not_exist():
    listed = re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert [name for name in listed if name.lower() not in Settings.model_fields] == []


def test_every_package_we_chose_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    chosen = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = [re.match(r"[\w-]+", package).group() for package in chosen]
    reasons = (ROOT / "docs" / "dependencies.md").read_text().replace("python-socketio's client", "python-socketio")
    assert [name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", reasons)] == []


def test_every_process_of_the_procfile_is_a_command():
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    processes = [line.split(":")[0] for line in (ROOT / "Procfile").read_text().splitlines() if ":" in line]
    assert [name for name in processes if name not in commands] == []


def test_no_file_names_a_server_of_packages_or_of_other_peoples_scripts():
    named = []
    for path in tracked("*.py", "*.md", "*.toml", "*.txt", "*.sh", "*.js", "*.css", "*.yaml", "Makefile", ".ci/*"):
        if "vendor" in path.relative_to(ROOT).parts or path == Path(__file__):
            continue
        text = path.read_text().lower()
        found = [server for server in PACKAGE_SERVERS + SCRIPT_SERVERS if server in text]
        named += [f"{path.relative_to(ROOT)}: {server}" for server in found]
    assert named == []
