"""The limit beside which our push is measured: a bare asyncio WebSocket server that sends prepared frames and does
nothing else. It speaks just enough Socket.IO for the same clients. `python -m bench.push_peer PORT`."""

import asyncio
import json
import logging
import resource
import sys
from datetime import UTC, datetime

from websockets.asyncio.server import ServerConnection, serve

ROWS = 40  # readings a frame: as large as ours
PAUSE = 0.5


async def greet(socket: ServerConnection, watching: set[ServerConnection]) -> None:
    await socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}')
    await socket.recv()
    await socket.send('40/live,{"sid":"x"}')
    await socket.recv()
    await socket.send('42/live,["snapshot",{"seq":0}]')
    watching.add(socket)
    await socket.wait_closed()
    watching.discard(socket)


async def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # a probe of the port is no fault
    watching: set[ServerConnection] = set()
    async with serve(
        lambda socket: greet(socket, watching), "127.0.0.1", int(sys.argv[1]), compression=None, ping_interval=None
    ):
        seq = 0
        while True:
            await asyncio.sleep(PAUSE)
            seq += 1
            at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            readings = [[f"U{n:06}-FR1", "temperature", 4.2, at] for n in range(ROWS)]
            frame = {"seq": seq, "scope": "city", "at": at, "units": [], "readings": readings, "devices": []}
            packet = '42/live,["frame",' + json.dumps(frame, separators=(",", ":")) + "]"
            await asyncio.gather(*(socket.send(packet) for socket in list(watching)), return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
