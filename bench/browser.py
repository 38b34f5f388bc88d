"""From a published MQTT message (QoS 1) to the painted pixel: real broker, ingest, database, server and Chromium, the
whole city on the wall, and fifty other viewers connected. `SOAK_MINUTES=30` watches the open wall for leaks.
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from playwright.sync_api import Page, sync_playwright

from bench import town
from bench.figure import Figure
from bench.people import cookie, signed_in
from bench.pipes import Pipes
from bench.servers import free_port, running, wait_for_port
from sensors.city import registry

ROOT = Path(__file__).parent.parent
UNITS = 11266
VIEWERS = 50
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
        with Pipes(Path(folder)) as pipes:
            city = town.register(pipes.database, UNITS)
            now = datetime.now(UTC)
            town.tell(pipes.database, town.indices(city, now) + town.readings(city.sensors, now))
            pipes.start_ingest()
            with web(pipes.database) as url, sync_playwright() as playwright:
                program = shutil.which("chromium") or shutil.which("google-chrome")
                browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
                context = browser.new_context(viewport={"width": 1920, "height": 1080})
                context.add_cookies([cookie(signed_in(pipes.database), url)])
                page = context.new_page()
                figures = _first_paint(page, url)
                with _viewers(urlsplit(url).port):
                    figures += _rates(page, url, pipes.mqtt_port, city)
                    if SOAK_MINUTES:
                        figures += _soak_at_rate(page, url, pipes.mqtt_port, city, SOAK_MINUTES)
                return figures


def _first_paint(page: Page, url: str) -> list[Figure]:
    """Twice: cold, and with the browser's cache, as a wall comes back after a restart."""
    found = []
    for name in ("cold", "again"):
        page.goto(f"{url}/wall?scene=overview")
        page.wait_for_function("() => window.sunshine?.map.isReady && window.sunshine.city.state.units.size")
        seconds = page.evaluate("() => performance.now() / 1000")
        note = "navigation to all units on the map"
        found.append(
            Figure(name=f"wall complete, {name}", value=seconds, unit="s", goal=2.5, higher_is_better=False, note=note)
        )
    return found


def _rates(page: Page, url: str, mqtt_port: int, city: registry.City) -> list[Figure]:
    device = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    page.goto(f"{url}/wall?unit={device.unit_id}")
    page.wait_for_selector(f'.tile[data-device="{device.id}"]')
    page.wait_for_timeout(3000)
    page.evaluate(WATCH_TILE, device.id)
    page.evaluate(LONG_TASKS)
    return [figure for rate in (10, 300, 1000) for figure in _at_rate(page, mqtt_port, city, device, rate)]


def _at_rate(page: Page, mqtt_port: int, city: registry.City, device: registry.Device, rate: int) -> list[Figure]:
    page.evaluate("() => { window.painted = []; window.longTasks.length = 0; window.sunshine.city.costs.length = 0; }")
    sent: dict[str, float] = {}
    sender = threading.Thread(target=_send, args=(mqtt_port, city, device, rate, sent))
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
        Figure(name=f"publish to painted pixel p50, {rate}/s", value=statistics.median(delays), unit="ms", note=note,
               higher_is_better=False),
        Figure(name=f"publish to painted pixel p95, {rate}/s", value=p95, unit="ms", goal=250, higher_is_better=False),
        Figure(name=f"script for a frame p95, {rate}/s", value=costs[int(0.95 * (len(costs) - 1))], unit="ms", goal=5,
               higher_is_better=False),
    ]  # fmt: skip


def _soak_at_rate(page: Page, url: str, mqtt_port: int, city: registry.City, minutes: float) -> list[Figure]:
    device = next(device for device in city.sensors if device.kind == "fridge_temp_humidity")
    sender = threading.Thread(target=_send, args=(mqtt_port, city, device, SOAK_RATE, {}, minutes * 60 + 30))
    sender.start()
    figures = soak(page, f"{url}/wall", minutes)  # with its scenes rotating
    sender.join()
    page.goto(f"{url}/wall?unit={device.unit_id}")
    page.wait_for_selector(f'.tile[data-device="{device.id}"]')
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
    mqtt_port: int,
    city: registry.City,
    device: registry.Device,
    rate: int,
    sent: dict[str, float],
    seconds: float = SECONDS,
) -> None:
    """So many messages a second; each burst ends with one of the watched device, whose value is a serial number."""
    others = [one for one in city.sensors if one.kind == "fridge_temp_humidity" and one is not device]
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(10_000)
    client.connect("127.0.0.1", mqtt_port)
    client.loop_start()
    pause = max(0.05, 1 / rate)
    began = time.monotonic()
    for turn in range(int(seconds / pause)):
        for number in range(round(rate * pause) - 1):
            other = others[(turn * 50 + number) % len(others)]
            client.publish(_topic(other), json.dumps({"temperature": 4 + turn % 30 / 10}), qos=1)
        value = (rate + turn) / 10
        sent[f"{value:,.1f}"] = time.time() * 1000
        client.publish(_topic(device), json.dumps({"temperature": value}), qos=1)
        time.sleep(max(0.0, began + (turn + 1) * pause - time.monotonic()))
    client.loop_stop()
    client.disconnect()


def _topic(device: registry.Device) -> str:
    return f"sunshine/v1/{device.unit_id}/{device.id}/telemetry"


@contextlib.contextmanager
def _viewers(port: int | None) -> Iterator[None]:
    """Fifty others who watch the city; they end when their standard input does."""
    command = [sys.executable, "-m", "bench.push_clients", str(port), str(VIEWERS)]
    with running(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as clients:
        assert clients.stdout and clients.stdout.readline().strip() == "ready"
        yield


@contextlib.contextmanager
def web(database: str) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": database, "WEB_PORT": str(port)}
    with running([sys.executable, "-m", "sunshine.cli", "web"], cwd=ROOT, env=environment):
        wait_for_port(port, 60)
        yield f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.name:45} {figure.value:8.1f} {figure.unit:4} {figure.note}")
