"""The map with every unit: until it is seen, what it weighs, recolouring 200 units a second while it is panned.

Beside it, in the same run and the same browser, the same points as plain dash-leaflet markers polled with dcc.Interval.
Where the peer cannot show them all in a minute, that minute is its figure, and what it does with fewer markers stands
for the rest.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import town
from bench.browser import ROOT, web
from bench.figure import Figure
from bench.people import signed_in
from bench.pipes import Pipes
from bench.servers import free_port, running, wait_for_port

UNITS = 11266
FEWER = 500
MINUTE = 60.0
PANNING = 20.0  # s; panning takes 8, and a browser must start
PEER = "dash-leaflet markers, dcc.Interval"


@dataclass
class Seen:
    """What one map did in the browser; None where it did not come so far."""

    units: int
    first: float | None = None  # s
    bytes: float | None = None  # kB on the wire until then
    fps: float | None = None
    worst: float | None = None  # ms
    busy: float | None = None  # ms of the main thread a second, while panned and recoloured
    p95: float | None = None  # ms of script for one recolouring of 40 units; ours only


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sunshine-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Pipes(Path(folder)) as pipes:
            city = town.register(pipes.database, UNITS, cameras=False)
            town.tell(pipes.database, town.indices(city, datetime.now(UTC)))
            with web(pipes.database) as url:
                ours = see("ours", f"{url}/wall?scene=map", UNITS, signed_in(pipes.database))
        theirs = peer(UNITS)
        fewer = theirs if theirs.first is not None else peer(FEWER)
    return figures(ours, theirs, fewer)


def peer(units: int) -> Seen:
    port = free_port()
    with running([sys.executable, "-m", "bench.map_peer", str(port), str(units)], cwd=ROOT):
        wait_for_port(port, 30)
        return see("theirs", f"http://127.0.0.1:{port}/", units)


def see(map_: str, url: str, units: int, *secret: str) -> Seen:
    """The map in a browser that is ended when its time is up, whatever its page is busy with."""
    command = [sys.executable, "-m", "bench.map_view", map_, url, str(units), str(MINUTE), *secret]
    seen = Seen(units)
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True, "cwd": ROOT}
    with subprocess.Popen(command, start_new_session=True, **options) as child:  # type: ignore[call-overload]
        try:
            told, _ = child.communicate(timeout=MINUTE + PANNING)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            told, _ = child.communicate()
    for line in told.splitlines():
        for name, value in json.loads(line).items():
            setattr(seen, name, value)
    return seen


def figures(ours: Seen, theirs: Seen, fewer: Seen) -> list[Figure]:
    if ours.busy is None:
        raise RuntimeError(f"our own map was not seen to the end: {ours}")
    loaded = theirs.first is not None
    late = "" if loaded else f"the peer shows no marker in {MINUTE:.0f} s: its value is that minute"
    aside = "" if fewer is theirs else f"peer with {FEWER} markers only: "
    if fewer.fps is None:
        aside = f"the peer cannot be panned with {fewer.units:,} markers either"

    def beside(name: str, value: float | None, peer_value: float | None, unit: str, goal: float,
               higher: bool = False, note: str = "") -> Figure:  # fmt: skip
        known = PEER if peer_value is not None else ""
        return Figure(name=name, value=value or 0, unit=unit, peer_name=known, peer_value=peer_value,
                      goal=goal if known else None, higher_is_better=higher, note=note)  # fmt: skip

    worst = f"worst frame {ours.worst:.0f} ms" + (f"; peer {fewer.worst:.0f} ms" if fewer.worst else "")
    weight = "ours: all scripts and fonts of the wall too"
    return [
        Figure(name="whole wall with 11,266 units, first useful paint", value=ours.first or 0, unit="s", goal=2.5,
               higher_is_better=False),
        beside("first useful paint beside a page with the markers only", ours.first, theirs.first if loaded else MINUTE,
               "s", 1.0, note=late),
        beside("bytes on the wire until then", ours.bytes, fewer.bytes, "kB", 1.0 if loaded else 2.0,
               note=f"{aside}{weight}"),
        beside("frames a second, panned while 200 units a second change", ours.fps, fewer.fps, "1/s", 1.0, True,
               f"{aside}{worst}"),
        beside("main thread, panned while 200 units a second change", ours.busy, fewer.busy, "ms/s", 1.0, note=aside),
        Figure(name="script to recolour 40 units p95", value=ours.p95 or 0, unit="ms", goal=5, higher_is_better=False),
    ]  # fmt: skip


if __name__ == "__main__":
    for figure in run():
        other = f"{figure.peer_value:10.1f}" if figure.peer_value is not None else " " * 10
        print(f"{figure.name:58} {figure.value:8.1f} {other} {figure.unit:5} {figure.note}")
