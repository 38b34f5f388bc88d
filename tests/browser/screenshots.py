"""Pictures of the running product: `python -m tests.browser.screenshots` writes docs/screenshots/.

Starts the demo house with the whole city in a folder of its own; takes about four minutes.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from bench.house import running_house
from tests.browser.conftest import FLAGS

ROOT = Path(__file__).parent.parent.parent
TARGET = ROOT / "docs" / "screenshots"
LARGEST = 600_000  # bytes; the repository is not an album
SETTLE_SECONDS = 180  # the city first tells its past, then everything reports

WALL, STREET, PHONE = (1920, 1080), (1080, 1920), (390, 844)
# The unit of the newest alarm that a device with a value raised: there is something to see.
WORTH_A_LOOK = """() => {
  const { alarms, devices } = window.sunshine.city.state;
  const told = [...alarms.values()].filter((alarm) => alarm.device && alarm.value !== null);
  return (told.sort((a, b) => a.level - b.level)[0] || [...devices.values()][0]).unit;
}"""


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
    web, street = _address(house, "web"), _address(house, "street")
    unit = _picture(browser, web, "wall-zh", WALL, then=lambda page: page.evaluate(WORTH_A_LOOK))
    _picture(browser, web, "wall-en", WALL, language="en")
    _picture(browser, f"{web}/?unit={unit}", "unit-zh", WALL)
    _picture(browser, f"{web}/?unit={unit}", "unit-en", WALL, language="en")
    _picture(browser, web, "wall-phone", PHONE)
    _picture(browser, street, "street-zh", STREET)
    _picture(browser, street, "street-en", STREET, language="en")
    _picture(browser, web, "wall-stale", WALL, before=lambda page: _hold_web(house, page))
    _process(house, "web").resume()


def _hold_web(house: psutil.Process, page: Page) -> None:
    """The supervisor starts a killed process again, so this one is only held still."""
    process = _process(house, "web")
    process.suspend()
    page.wait_for_timeout(12_000)


def _process(house: psutil.Process, name: str) -> psutil.Process:
    found = [child for child in house.children(recursive=True) if child.cmdline()[-1:] == [name]]
    if not found:
        sys.exit(f"the house runs no process {name}")
    return found[0]


def _address(house: psutil.Process, name: str) -> str:
    return f"http://127.0.0.1:{_process(house, name).environ()[f'{name.upper()}_PORT']}"


def _picture(
    browser: Browser,
    url: str,
    name: str,
    size: tuple[int, int],
    language: str = "zh",
    before: Callable[[Page], object] = lambda page: None,
    then: Callable[[Page], object] = lambda page: None,
) -> object:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_init_script(f"localStorage.setItem('sunshine-language', '{language}')")
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#link.is-live", timeout=60_000)
    page.wait_for_timeout(6000)
    before(page)
    path = TARGET / f"{name}.png"
    page.screenshot(path=path)
    answer = then(page)
    context.close()
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    print(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes", flush=True)
    return answer


if __name__ == "__main__":
    main()
