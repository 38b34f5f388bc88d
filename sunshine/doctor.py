"""What this machine lacks, and how to get it."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from streaming.settings import Settings
from sunshine.embedded import binaries, mosquitto


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `cure` says how to get it when it is missing."""

    name: str
    good: bool
    said: str
    cure: str = ""
    needed: bool = True


def examine(settings: Settings) -> list[Finding]:
    """Look at everything the product uses on this machine."""
    house = [_python(), _database(settings), _people(settings), _broker()]
    return [*house, _chromium(), _fonts(), _memory(), _disk(settings)]


def report(findings: list[Finding]) -> str:
    lines = []
    for finding in findings:
        mark = "ok     " if finding.good else ("MISSING" if finding.needed else "absent ")
        lines.append(f"{mark}  {finding.name:<10} {finding.said}")
        if not finding.good and finding.cure:
            lines.append(f"         {'':<10} -> {finding.cure}")
    missing = [finding for finding in findings if finding.needed and not finding.good]
    lines.append("everything needed is here" if not missing else f"{len(missing)} needed thing(s) missing")
    return "\n".join(lines)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


def _database(settings: Settings) -> Finding:
    if not settings.embedded_database:
        from streaming.database import wait_for_database

        try:
            wait_for_database(settings.database, 0)
        except Exception as error:
            first = str(error).strip().splitlines()[0]
            return Finding("database", False, first, "start the server that DATABASE_URL names, or unset DATABASE_URL")
        return Finding("database", True, "DATABASE_URL answers")
    program = binaries(settings) / "postgres"
    return Finding("database", program.exists(), f"embedded PostgreSQL {settings.postgres_version}", "make setup")


def _people(settings: Settings) -> Finding:
    """Asked only where a database runs: without one there is nobody yet, and that is said above."""
    import psycopg

    from records.accounts.authority import can_sign_in

    cure = "sunshine account create NAME --role administrator"
    try:
        with psycopg.connect(settings.database, connect_timeout=2) as connection:
            good = can_sign_in(connection)
    except psycopg.Error:
        return Finding("accounts", True, "not asked: the database does not run or is not set up yet")
    return Finding("accounts", good, "somebody can sign in" if good else "nobody can sign in", cure, needed=False)


def _broker() -> Finding:
    program = mosquitto()
    return Finding(
        "broker",
        program is not None,
        program or "Mosquitto is not installed; amqtt from the package registry is used instead (slow)",
        "apt-get install mosquitto (the Makefile does it for root)",
        needed=False,
    )


def _chromium() -> Finding:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return Finding(
        "browser", program is not None, program or "no Chromium: only the tests need it", "apt-get install chromium",
        needed=False,
    )  # fmt: skip


def _fonts() -> Finding:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
    found = any(next(folder.rglob("*CJK*"), None) for folder in folders if folder.exists())
    return Finding(
        "CJK font", found, "found" if found else "none: pages bring their own, documents and tests look poorer",
        "apt-get install fonts-noto-cjk", needed=False,
    )  # fmt: skip


def _memory() -> Finding:
    total = psutil.virtual_memory().total / 2**30
    return Finding("memory", total >= 3.5, f"{total:.1f} GiB", "a machine with 4 GiB or more")


def _disk(settings: Settings) -> Finding:
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 2**30
    return Finding("disk", free >= 2, f"{free:.0f} GiB free for {settings.data}", "free some, or set SUNSHINE_DATA")
