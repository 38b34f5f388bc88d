"""Pictures of the running product: `python -m tests.browser.screenshots` writes docs/screenshots/.

Starts the demo house with the whole city in a folder of its own; takes about ten minutes. `ONLY=wall` takes those whose
name begins so.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.house import running_house
from records.accounts.demo import PASSWORD
from tests.browser.conftest import FLAGS

ROOT = Path(__file__).parent.parent.parent
TARGET = ROOT / "docs" / "screenshots"
LARGEST = 600_000  # bytes; the repository is not an album
COLOURS = 255  # so chosen that a rare one stays: the one red thing in a picture
SETTLE_SECONDS = int(
    os.environ.get("SETTLE_SECONDS", "420")
)  # the city tells its past, everything reports, a trend begins

DESK, WALL, FOUR_K, STREET, PHONE = (1920, 1080), (1920, 1080), (3840, 2160), (1080, 1920), (390, 844)


@dataclass(frozen=True)
class Shot:
    """`path` may name what the city shows at the moment: {unit}, {device}, {alarm}, {incident}."""

    name: str
    path: str
    size: tuple[int, int] = DESK
    account: str = "leader"
    languages: tuple[str, ...] = ("zh", "en")
    theme: str = "dark"
    full: bool = False
    do: Callable[[Page], object] = lambda page: None


def _click(selector: str) -> Callable[[Page], object]:
    return lambda page: page.click(selector)


def _wrong_password(page: Page) -> None:
    page.fill("input[autocomplete=username]", "leader")
    page.fill("input[type=password]", "not-the-password")
    page.keyboard.press("Enter")


ZH = ("zh",)
SCENES = ("overview", "map", "alarms", "devices", "index")
SHOTS = (
    *(Shot(f"wall-{scene}", f"/wall?scene={scene}", WALL) for scene in SCENES),
    Shot("wall-area", "/wall?scene=area:dongsheng", WALL, languages=ZH),
    Shot("wall-incident", "/wall?scene=incident:{unit}", WALL, languages=ZH),
    Shot("wall-4k", "/wall?scene=overview", FOUR_K, languages=ZH),
    Shot("wall-calm", "/wall?scene=overview&density=calm", WALL, languages=ZH),
    Shot("wall-of-one-banner", "/wall?scene=overview", WALL, account="officer", languages=ZH),
    Shot("sign-in", "/sign-in", account=""),
    Shot("sign-in-wrong", "/sign-in", account="", languages=ZH, theme="light", do=_wrong_password),
    Shot("sign-in-phone", "/sign-in", PHONE, account="", languages=ZH),
    Shot("city", "/"),
    Shot("city-light", "/", languages=ZH, theme="light"),
    Shot("city-phone", "/", PHONE, languages=ZH),
    Shot("city-of-one-banner", "/", account="officer", languages=ZH),
    Shot("city-heat", "/?layers=units,heat,streets", languages=ZH),
    Shot("streets", "/?tab=streets", languages=ZH),
    Shot("area", "/areas/dongsheng"),
    Shot("area-light", "/areas/dongsheng", languages=("en",), theme="light"),
    Shot("unit", "/units/{unit}"),
    Shot("unit-whole", "/units/{unit}", languages=ZH, full=True),
    Shot("unit-light", "/units/{unit}", languages=("en",), theme="light"),
    Shot("unit-phone", "/units/{unit}", PHONE, languages=ZH),
    Shot("device", "/devices/{device}"),
    Shot("device-light", "/devices/{device}?range=24h", languages=("en",), theme="light"),
    Shot("devices", "/devices", languages=ZH),
    Shot("failures", "/devices?tab=failures"),
    Shot("licences", "/licences?within=month"),
    Shot("compare", "/compare?units={unit},U000001,U000002", languages=ZH),
    Shot("alarms", "/alarms"),
    Shot("alarms-light", "/alarms", languages=("en",), theme="light"),
    Shot("alarms-phone", "/alarms", PHONE, languages=ZH),
    Shot("alarm", "/alarms/{alarm}", languages=ZH),
    Shot("incident", "/incidents/{incident}", languages=ZH),
    Shot("nowhere", "/units/NOBODY", languages=ZH),
    Shot("account", "/account", languages=ZH),
    Shot("accounts", "/admin/accounts", account="admin"),
    Shot("roles", "/admin/roles", account="admin", languages=ZH),
    Shot("audit", "/admin/audit", account="auditor"),
    Shot("areas-boundaries", "/admin/areas", languages=ZH),
)  # fmt: skip


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sunshine-pictures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with running_house(Path(folder)) as (house, _, _), sync_playwright() as playwright:
            time.sleep(SETTLE_SECONDS)
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            _take(browser, house)
            browser.close()


def _take(browser: Browser, house: psutil.Process) -> None:
    album = Album(browser, _address(house, "web"))
    wanted = os.environ.get("ONLY", "")
    for shot in SHOTS:
        if shot.name.startswith(wanted):
            album.take(shot)
    if "street".startswith(wanted):
        for language in ("zh", "en"):
            with_street = album.context("", language, "light", STREET)
            page = with_street.new_page()
            page.goto(_address(house, "street"))
            album.keep(page, f"street-{language}", settle=8000)
            with_street.close()
    if "wall-stale".startswith(wanted):
        context = album.context("leader", "zh", "dark", WALL)
        page = context.new_page()
        page.goto(f"{album.url}/wall?scene=overview")
        page.wait_for_selector("#link.is-live", timeout=60_000)
        page.wait_for_timeout(6000)
        process = _process(house, "web")
        process.suspend()  # the supervisor starts a killed process again, so this one is only held still
        album.keep(page, "wall-stale", settle=12_000)
        process.resume()
        context.close()


class Album:
    """Pictures of one house, each by somebody who is signed in."""

    def __init__(self, browser: Browser, url: str):
        self.url = url
        self._browser = browser
        self._states: dict[str, Any] = {}
        self._known = self._worth_a_look()

    def take(self, shot: Shot) -> None:
        for language in shot.languages:
            context = self.context(shot.account, language, shot.theme, shot.size)
            page = context.new_page()
            page.goto(self.url + shot.path.format(**self._known))
            page.wait_for_timeout(4500)
            shot.do(page)
            self.keep(page, f"{shot.name}-{language}", full=shot.full)
            context.close()

    def keep(self, page: Page, name: str, settle: int = 1000, full: bool = False) -> None:
        page.wait_for_timeout(settle)
        picture = Image.open(BytesIO(page.screenshot(full_page=full))).convert("RGB")
        path = TARGET / f"{name}.png"
        picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size > LARGEST:
            sys.exit(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
        print(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes", flush=True)

    def context(self, account: str, language: str, theme: str, size: tuple[int, int]) -> BrowserContext:
        if account and account not in self._states:
            context = self._browser.new_context()
            told = {"name": account, "password": PASSWORD}
            answer = context.request.post(f"{self.url}/sign-in", data=told, headers={"Origin": self.url})
            if not answer.ok:
                sys.exit(f"{account} cannot sign in: {answer.status} {answer.text()}")
            self._states[account] = context.storage_state()
            context.close()
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, storage_state=self._states.get(account)
        )
        for name, value in (("language", language), ("theme", theme)):
            context.add_init_script(f"localStorage.setItem('sunshine-{name}', '{value}')")
        return context

    def _worth_a_look(self) -> dict[str, str]:
        """The most serious open alarm that a device with a value raised, and whose it is: there is something to see."""
        context = self.context("leader", "zh", "dark", WALL)
        page = context.new_page()
        page.goto(f"{self.url}/wall?scene=overview")
        page.wait_for_function("() => window.sunshine?.city?.state?.alarms?.size", timeout=60_000)
        alarms = page.evaluate("() => [...window.sunshine.city.state.alarms.values()]")
        context.close()
        told = [alarm for alarm in alarms if alarm["device"] and alarm["value"] is not None] or alarms
        worst = min(told, key=lambda alarm: (alarm["level"], "fridge" not in str(alarm["device_kind"]), alarm["id"]))
        return {name: worst[name] or "" for name in ("unit", "device", "incident")} | {"alarm": worst["id"]}


def _process(house: psutil.Process, name: str) -> psutil.Process:
    found = [child for child in house.children(recursive=True) if child.cmdline()[-1:] == [name]]
    if not found:
        sys.exit(f"the house runs no process {name}")
    return found[0]


def _address(house: psutil.Process, name: str) -> str:
    return f"http://127.0.0.1:{_process(house, name).environ()[f'{name.upper()}_PORT']}"


if __name__ == "__main__":
    main()
