"""Pictures of the pages for the documentation: `python -m tests.browser.screenshots` writes docs/screenshots/."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import town
from bench.servers import database_server
from streaming.database import migrate
from tests.browser.conftest import FLAGS, Server
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "screenshots"
LARGEST = 600_000  # bytes; the repository is not an album


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sunshine-pictures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            unit = _settle(database)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
                _wall(browser, database, unit)
                _street(browser, database)
                browser.close()


def _settle(database: str) -> str:
    """The whole city on an ordinary evening. Answers with a unit worth a closer look."""
    now = datetime.now(UTC)
    city = town.register(database, 11266)
    fridge = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    town.tell(
        database,
        [
            *town.indices(city, now),
            *town.presence(city, now),
            *town.readings(city.sensors, now - timedelta(seconds=40), beyond=0.01),
            *town.mixed_alarms(city, now, 40),
            town.warm_fridge(fridge, now - timedelta(minutes=1)),
        ],
    )
    return fridge.unit_id


def _wall(browser: Browser, database: str, unit: str) -> None:
    web = Server("web", database, free_port(), SUNSHINE_DEMO="1")
    web.start()
    try:
        _picture(browser, web.url, "wall-zh", (1920, 1080))
        _picture(browser, web.url, "wall-en", (1920, 1080), language="en")
        _picture(browser, f"{web.url}/?unit={unit}", "unit-zh", (1920, 1080))
        _picture(browser, web.url, "wall-phone", (390, 844))
        _picture(
            browser, web.url, "wall-stale", (1920, 1080), then=lambda page: (web.kill(), page.wait_for_timeout(6000))
        )
    finally:
        web.stop()


def _street(browser: Browser, database: str) -> None:
    street = Server("street", database, free_port(), SUNSHINE_DEMO="1")
    street.start()
    try:
        _picture(browser, street.url, "street-zh", (1080, 1920))
    finally:
        street.stop()


def _picture(
    browser: Browser,
    url: str,
    name: str,
    size: tuple[int, int],
    language: str = "zh",
    then: Callable[[Page], object] = lambda page: None,
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_init_script(f"localStorage.setItem('sunshine-language', '{language}')")
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#link.is-live", timeout=60_000)
    page.wait_for_timeout(4000)
    then(page)
    path = TARGET / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    print(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
