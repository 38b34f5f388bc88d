"""One map in a browser of its own: what it is to open it, and to pan it while units change.

Started as a program: `python -m bench.map_view ours|theirs URL MARKERS SECONDS [COOKIE]`. Each thing is printed as soon
as it is known, one JSON object a line: a page that never answers again is ended from outside, and what was measured
until then counts.
"""

import json
import shutil
import sys
import time

from playwright.sync_api import Page, sync_playwright

from bench.browser import FLAGS
from bench.people import cookie

SECONDS = 8
OUR_MAP = "() => window.sunshine?.map?.isReady && window.sunshine.city.state.units.size"
THEIR_MAP = """(units) => {
  let markers = 0;
  window.peerMap?.eachLayer((layer) => (markers += layer.getRadius ? 1 : 0));
  return markers >= units;
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
# Pans to and fro and counts frames; our units are recoloured five times a second, theirs by their own polling.
PAN = """async ([map, seconds]) => {
  const panned = map === "ours" ? window.sunshine.map.map : window.peerMap;
  const [codes, ids, state] = [["green", "blue", "yellow", "red"], [], window.sunshine?.city.state];
  if (map === "ours") ids.push(...state.units.keys());
  let [frames, worst, last, turn, at, costs] = [0, 0, performance.now(), 0, 0, []];
  const began = last;
  while (last < began + 1000 * seconds) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames += 1;
    worst = Math.max(worst, now - last);
    last = now;
    if (frames % 30 === 1) panned.panBy([turn++ % 2 ? 160 : -160, 0], { duration: 0.4 });
    if (map === "ours" && now - at > 200) {
      at = now;
      const changed = { units: new Set() };
      for (let i = 0; i < 40; i++) {
        const id = ids[Math.floor(Math.random() * ids.length)];
        state.units.set(id, { ...state.units.get(id), colour: codes[Math.floor(Math.random() * 4)] });
        changed.units.add(id);
      }
      const started = performance.now();
      window.sunshine.map.frame(changed, state);
      costs.push(performance.now() - started);
    }
  }
  costs.sort((a, b) => a - b);
  return { fps: (1000 * frames) / (last - began), worst, p95: costs[Math.floor(0.95 * (costs.length - 1))] ?? 0 };
}"""


def see(page: Page, map_: str, url: str, markers: int, seconds: float) -> None:
    page.add_init_script(f"({HOOK})()")
    chromium = page.context.new_cdp_session(page)
    chromium.send("Network.enable")
    chromium.send("Performance.enable")
    wire: list[float] = []
    chromium.on("Network.loadingFinished", lambda done: wire.append(done["encodedDataLength"]))
    page.goto(url, wait_until="commit")
    ready = OUR_MAP if map_ == "ours" else THEIR_MAP
    page.wait_for_function(ready, arg=markers, timeout=1000 * seconds)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")  # it is painted
    tell(first=page.evaluate("() => performance.now() / 1000"), bytes=sum(wire) / 1000)
    page.wait_for_timeout(2000)
    before, began = busy(chromium), time.monotonic()
    tell(**page.evaluate(PAN, [map_, SECONDS]))
    tell(busy=1000 * (busy(chromium) - before) / (time.monotonic() - began))


def busy(chromium) -> float:
    metrics = {one["name"]: one["value"] for one in chromium.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"]


def tell(**facts: float) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    map_, url, markers, seconds, *secret = sys.argv[1:]
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        context = playwright.chromium.launch(executable_path=program, args=FLAGS).new_context(
            viewport={"width": 1920, "height": 1080}
        )
        context.add_cookies([cookie(one, url) for one in secret])
        see(context.new_page(), map_, url, int(markers), float(seconds))
