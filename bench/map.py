"""The map with every unit: until it is seen, what it weighs, recolouring 200 units a second while it is panned.

Beside it, in the same run and the same browser, the same points as plain dash-leaflet markers polled with dcc.Interval.
"""

import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench import town
from bench.browser import FLAGS, ROOT, web
from bench.figure import Figure
from bench.people import cookie, signed_in
from bench.pipes import Pipes
from bench.servers import free_port, running, wait_for_port

UNITS = 11266
SECONDS = 8
PEER = "dash-leaflet markers, dcc.Interval"
OUR_MAP = "() => window.sunshine?.map?.isReady && window.sunshine.city.state.units.size"
THEIR_MAP = """() => {
  let markers = 0;
  window.peerMap?.eachLayer((layer) => (markers += layer.getRadius ? 1 : 0));
  return markers >= %d;
}"""
# Leaflet is set and the map is made in one go: the hook must be there the moment it is set.
HOOK = """() => {
  let leaflet;
  Object.defineProperty(window, "L", {
    configurable: true,
    get: () => leaflet,
    set: (value) => {
      leaflet = value;
      value?.Map?.addInitHook?.(function () { window.peerMap ||= this; });
    },
  });
}"""
# Pans to and fro and counts frames; `recolour` is called five times a second.
PAN = """async ([map, seconds, recolour]) => {
  const panned = map === "ours" ? window.sunshine.map.map : window.peerMap;
  const [codes, ids, state] = [["green", "blue", "yellow", "red"], [], window.sunshine?.city.state];
  if (map === "ours") ids.push(...state.units.keys());
  let [frames, worst, last, turn, at, costs] = [0, 0, performance.now(), 0, 0, []];
  const until = last + 1000 * seconds;
  while (last < until) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames += 1;
    worst = Math.max(worst, now - last);
    last = now;
    if (frames % 30 === 1) panned.panBy([turn++ % 2 ? 160 : -160, 0], { duration: 0.4 });
    if (recolour && map === "ours" && now - at > 200) {
      at = now;
      const changed = { units: new Set() };
      for (let i = 0; i < 40; i++) {
        const id = ids[Math.floor(Math.random() * ids.length)];
        state.units.set(id, { ...state.units.get(id), colour: codes[Math.floor(Math.random() * 4)] });
        changed.units.add(id);
      }
      const began = performance.now();
      window.sunshine.map.frame(changed, state);
      costs.push(performance.now() - began);
    }
  }
  costs.sort((a, b) => a - b);
  return { fps: frames / seconds, worst, p95: costs[Math.floor(0.95 * (costs.length - 1))] ?? 0 };
}"""


@dataclass
class Seen:
    """What one map did in the browser."""

    first: float  # s
    bytes: float  # kB on the wire until then
    fps: float
    worst: float  # ms
    busy: float  # ms of the main thread a second, while panned and recoloured
    p95: float  # ms of script for one recolouring of 40 units; ours only


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Pipes(Path(folder)) as pipes, sync_playwright() as playwright:
            city = town.register(pipes.database, UNITS, cameras=False)
            town.tell(pipes.database, town.indices(city, datetime.now(UTC)))
            program = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            with web(pipes.database) as url:
                ours = _see(browser, f"{url}/wall", "ours", OUR_MAP, [cookie(signed_in(pipes.database), url)])
            port = free_port()
            with running([sys.executable, "-m", "bench.map_peer", str(port), str(UNITS)], cwd=ROOT):
                wait_for_port(port, 60)
                theirs = _see(browser, f"http://127.0.0.1:{port}/", "theirs", THEIR_MAP % UNITS, [])
            browser.close()
    return _figures(ours, theirs)


def _see(browser: Browser, url: str, name: str, ready: str, cookies: list) -> Seen:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_cookies(cookies)
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.add_init_script(f"({HOOK})()")
    chromium = context.new_cdp_session(page)
    chromium.send("Network.enable")
    chromium.send("Performance.enable")
    wire: list[float] = []
    chromium.on("Network.loadingFinished", lambda done: wire.append(done["encodedDataLength"]))
    page.goto(url)
    page.wait_for_function(ready)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")  # it is painted
    first, weight = page.evaluate("() => performance.now() / 1000"), sum(wire) / 1000
    page.wait_for_timeout(2000)
    before, began = _busy(chromium), time.monotonic()
    moved = page.evaluate(PAN, [name, SECONDS, True])
    busy = 1000 * (_busy(chromium) - before) / (time.monotonic() - began)
    context.close()
    return Seen(first, weight, moved["fps"], moved["worst"], busy, moved["p95"])


def _busy(chromium) -> float:
    metrics = {one["name"]: one["value"] for one in chromium.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"]


def _figures(ours: Seen, theirs: Seen) -> list[Figure]:
    def beside(name: str, part: str, unit: str, goal: float, higher: bool = False, note: str = "") -> Figure:
        return Figure(name=name, value=getattr(ours, part), unit=unit, peer_name=PEER, peer_value=getattr(theirs, part),
                      goal=goal, higher_is_better=higher, note=note)  # fmt: skip

    worst = f"worst frame {ours.worst:.0f} ms; peer {theirs.worst:.0f} ms"
    return [
        Figure(name="whole wall with 11,266 units, first useful paint", value=ours.first, unit="s", goal=2.5,
               higher_is_better=False),
        beside("first useful paint beside a page with the markers only", "first", "s", 1.0),
        beside("bytes on the wire until then", "bytes", "kB", 1.0, note="ours: all scripts and fonts of the wall too"),
        beside("frames a second, panned while 200 units a second change", "fps", "1/s", 2.0, True, worst),
        beside("main thread, panned while 200 units a second change", "busy", "ms/s", 0.7),
        Figure(name="script to recolour 40 units p95", value=ours.p95, unit="ms", goal=5, higher_is_better=False),
    ]  # fmt: skip


if __name__ == "__main__":
    for figure in run():
        peer = f"{figure.peer_value:10.1f}" if figure.peer_value is not None else " " * 10
        print(f"{figure.name:58} {figure.value:8.1f} {peer} {figure.unit:5} {figure.note}")
