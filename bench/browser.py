"""From a fact appended to the log to the painted pixel, in a real Chromium on the real server and the whole city.

The way in front of the log (MQTT, ingest) has its own benchmark; this one begins where ingest commits.
"""

import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from playwright.sync_api import Page, sync_playwright

from bench import town
from bench.figure import Figure
from bench.servers import database_server, free_port, running, wait_for_port
from sensors.city import registry
from streaming.database import migrate
from streaming.events import ReadingTaken
from streaming.log.postgres import PostgresLog

ROOT = Path(__file__).parent.parent
UNITS = 11266
SECONDS = 12
SOAK_MINUTES = float(os.environ.get("SOAK_MINUTES", "0"))  # how long the wall is watched for leaks; 0: not at all
SOAK_RATE = 300
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]

# Notes each text of the watched tile with the time of the first task after the frame that shows it.
WATCH_TILE = """(device) => {
  window.painted = [];
  const find = () => document.querySelector(`.tile[data-device="${device}"][data-metric="temperature"] .value`);
  const note = () => {
    const text = find()?.textContent;
    const done = () => window.painted.push([text, performance.timeOrigin + performance.now()]);
    requestAnimationFrame(() => setTimeout(done));
  };
  const everything = { subtree: true, childList: true, characterData: true };
  new MutationObserver(note).observe(document.getElementById("tiles"), everything);
}"""
LONG_TASKS = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: "longtask" });
}"""


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with database_server(Path(folder)) as database:
            migrate(database)
            city = town.register(database, UNITS)
            now = datetime.now(UTC)
            town.tell(database, town.indices(city, now) + town.readings(city.sensors, now))
            with _web(database) as url, sync_playwright() as playwright:
                program = shutil.which("chromium") or shutil.which("google-chrome")
                browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
                page = browser.new_page(viewport={"width": 1920, "height": 1080})
                figures = [*_first_paint(page, url), *_rates(page, url, database, city)]
                return figures + (_soak_at_rate(page, url, database, city, SOAK_MINUTES) if SOAK_MINUTES else [])


def _first_paint(page: Page, url: str) -> list[Figure]:
    """Twice: cold, and with the browser's cache, as a wall comes back after a restart."""
    found = []
    for name in ("cold", "again"):
        page.goto(url)
        page.wait_for_function("() => window.sunshine?.map.isReady && window.sunshine.city.state.units.size")
        seconds = page.evaluate("() => performance.now() / 1000")
        note = "navigation to all units on the map"
        found.append(
            Figure(name=f"wall complete, {name}", value=seconds, unit="s", goal=2.5, higher_is_better=False, note=note)
        )
    return found


def _rates(page: Page, url: str, database: str, city: registry.City) -> list[Figure]:
    device = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    page.goto(f"{url}/?unit={device.unit_id}")
    page.wait_for_selector(f'.tile[data-device="{device.id}"]')
    page.wait_for_timeout(3000)
    page.evaluate(WATCH_TILE, device.id)
    page.evaluate(LONG_TASKS)
    return [figure for rate in (10, 300, 1000) for figure in _at_rate(page, database, city, device, rate)]


def _at_rate(page: Page, database: str, city: registry.City, device: registry.Device, rate: int) -> list[Figure]:
    page.evaluate("() => { window.painted = []; window.longTasks.length = 0; window.sunshine.city.costs.length = 0; }")
    sent: dict[str, float] = {}
    sender = threading.Thread(target=_send, args=(database, city, device, rate, sent))
    sender.start()
    page.wait_for_timeout(SECONDS * 1000 + 1000)
    sender.join()
    painted: dict[str, float] = {}
    for text, at in page.evaluate("() => window.painted"):
        painted.setdefault(text, at)
    delays = sorted(painted[text] - at for text, at in sent.items() if text in painted)
    costs = sorted(page.evaluate("() => [...window.sunshine.city.costs, ...window.sunshine.unit().costs]"))
    slow = page.evaluate("() => window.longTasks.length")
    note = f"{len(delays)} of {len(sent)} values seen; {slow} tasks over 50 ms"
    p95 = delays[int(0.95 * (len(delays) - 1))]
    return [
        Figure(name=f"append to painted pixel p50, {rate}/s", value=statistics.median(delays), unit="ms", note=note,
               higher_is_better=False),
        Figure(name=f"append to painted pixel p95, {rate}/s", value=p95, unit="ms", goal=250, higher_is_better=False),
        Figure(name=f"script for a frame p95, {rate}/s", value=costs[int(0.95 * (len(costs) - 1))], unit="ms", goal=5,
               higher_is_better=False),
    ]  # fmt: skip


def _soak_at_rate(page: Page, url: str, database: str, city: registry.City, minutes: float) -> list[Figure]:
    device = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    sender = threading.Thread(target=_send, args=(database, city, device, SOAK_RATE, {}, minutes * 60 + 30))
    sender.start()
    figures = soak(page, url, minutes)
    sender.join()
    return figures


def soak(page: Page, url: str, minutes: float) -> list[Figure]:
    """Whether the open wall keeps its heap and its nodes: each is the growth between the first and the last third."""
    page.goto(url)
    page.wait_for_function("() => window.sunshine?.map.isReady && window.sunshine.city.state.units.size")
    page.wait_for_timeout(15_000)
    chromium = page.context.new_cdp_session(page)
    chromium.send("Performance.enable")
    seen: dict[str, list[float]] = {"JSHeapUsedSize": [], "Nodes": [], "JSEventListeners": []}
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        chromium.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in chromium.send("Performance.getMetrics")["metrics"]}
        for name, values in seen.items():
            values.append(metrics[name])
        page.wait_for_timeout(minutes * 2000)
    return [_growth(name, values, minutes) for name, values in seen.items()]


def _growth(name: str, values: list[float], minutes: float) -> Figure:
    third = max(1, len(values) // 3)
    first, last = statistics.median(values[:third]), statistics.median(values[-third:])
    note = f"{first:,.0f} to {last:,.0f} in {minutes:g} minutes"
    value = 100 * (last / first - 1)
    return Figure(
        name=f"wall open, growth of {name}", value=value, unit="%", goal=10, higher_is_better=False, note=note
    )


def _send(
    database: str,
    city: registry.City,
    device: registry.Device,
    rate: int,
    sent: dict[str, float],
    seconds: float = SECONDS,
) -> None:
    """Batches as ingest makes them; each holds one reading of the watched device, whose value is a serial number."""
    log, others = PostgresLog(database), [one for one in city.sensors if one.kind == "fridge_temp_humidity"]
    pause = max(0.05, 1 / rate)
    began = time.monotonic()
    with psycopg.connect(database) as connection:
        for turn in range(int(seconds / pause)):
            now = datetime.now(UTC)
            batch = [
                ReadingTaken(
                    unit=other.unit_id, at=now, device=other.id, metric="temperature", value=4 + turn % 30 / 10
                )
                for number in range(round(rate * pause) - 1)
                if (other := others[(turn * 50 + number) % len(others)]) is not device
            ]
            value = (rate + turn) / 10
            batch.append(ReadingTaken(unit=device.unit_id, at=now, device=device.id, metric="temperature", value=value))
            sent[f"{value:,.1f}"] = time.time() * 1000
            log.append(connection, batch)
            connection.commit()
            time.sleep(max(0.0, began + (turn + 1) * pause - time.monotonic()))
    log.close()


@contextlib.contextmanager
def _web(database: str) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": database, "WEB_PORT": str(port)}
    with running([sys.executable, "-m", "sunshine.cli", "web"], cwd=ROOT, env=environment):
        wait_for_port(port, 60)
        yield f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name:45} {figure.value:8.1f} {figure.unit:4} {figure.note}")
