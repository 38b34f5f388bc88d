"""From the click to the drawn chart: a device's year, 105,000 readings, on the device page in a real browser."""

import math
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from playwright.sync_api import Page, sync_playwright

from bench import town
from bench.browser import FLAGS, web
from bench.figure import Figure
from bench.people import cookie, signed_in
from bench.servers import database_server
from streaming.database import migrate
from streaming.timeseries import copy_readings
from streaming.timeseries.rollups import refresh

DAY = timedelta(days=1)
TIMES = 7
CHART = '.device-chart[data-metric="temperature"] .device-plot'
# How long from the click until the chart that answers it is in the page and a frame was painted with it.
CLICK = f"""(name) => new Promise((done) => {{
  const chart = document.querySelector('{CHART}');
  const before = chart.dataset.drawn;
  const began = performance.now();
  new MutationObserver((_, watcher) => {{
    if (chart.dataset.drawn === before) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  }}).observe(chart, {{ attributes: true, attributeFilter: ["data-drawn"] }});
  [...document.querySelectorAll(".device-range .segmented button")].at(name).click();
}})"""
HOUR, YEAR = 0, -1  # which of the buttons


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            device = _fill(database)
            with web(database) as url, sync_playwright() as playwright:
                program = shutil.which("chromium") or shutil.which("google-chrome")
                browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
                context = browser.new_context(viewport={"width": 1920, "height": 1080})
                context.add_cookies([cookie(signed_in(database), url)])
                return list(_measure(context.new_page(), f"{url}/devices/{device}"))


def _fill(database: str) -> str:
    """A city of 60 units whose first refrigerator has a year behind it, rolled up as `sunshine jobs` does."""
    city = town.register(database, 60, cameras=False)
    device = next(one.id for one in city.sensors if one.kind == "fridge_temp_humidity")
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("INSERT INTO metric (key) VALUES ('temperature') ON CONFLICT DO NOTHING")
        numbers = "SELECT device.no, metric.no FROM device, metric WHERE device.id = %s AND metric.key = 'temperature'"
        row = connection.execute(numbers, (device,)).fetchone()
        assert row is not None
        for back in range(365, -1, -1):
            first = int((today - back * DAY).timestamp()) * 1_000_000
            n = 288 if back else 1
            values = [4 + 2 * math.sin(back / 9) + math.sin(i / 46) for i in range(n)]
            ats = [first + i * 300_000_000 for i in range(n)]
            copy_readings(connection, [row[0]] * n, [row[1]] * n, ats, values)
        refresh(connection, datetime.now(UTC))
    return device


def _measure(page: Page, address: str) -> Iterator[Figure]:
    page.goto(address)
    page.wait_for_selector(f"{CHART}[data-drawn]")
    shown = page.evaluate("() => performance.now()")
    years = []
    for _ in range(TIMES):
        years.append(page.evaluate(CLICK, YEAR))
        page.evaluate(CLICK, HOUR)
    note = f"{TIMES} times; 105,000 readings by 6 hours"
    yield Figure(name="device page to its first chart", value=shown / 1000, unit="s", goal=2.5, higher_is_better=False,
                 note="navigation, cold, with Plotly's 1.2 MB")  # fmt: skip
    yield Figure(name="click to a drawn device-year", value=statistics.median(years), unit="ms", goal=500,
                 higher_is_better=False, note=note)  # fmt: skip


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name:45} {figure.value:8.1f} {figure.unit:4} {figure.note}")
