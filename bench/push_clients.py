"""Many Socket.IO clients in one process, on bare websockets so that they cost little: when did which frame arrive.

`python -m bench.push_clients PORT COUNT`: says `ready` when every client has its snapshot, then on a line on stdin
says how long readings took from their time to each client, and frames from theirs, in milliseconds.
"""

import asyncio
import json
import re
import resource
import sys
import time

from websockets.asyncio.client import ClientConnection, connect

SEQ = re.compile(r'"seq":(\d+),')
FRAME = '42/live,["frame",'
SNAPSHOT = '42/live,["snapshot",'
LARGEST = 64 * 1024 * 1024


class Arrivals:
    """The first client reads what is in a frame; of the others only the moment counts."""

    def __init__(self, count: int):
        self.at: list[dict[int, float]] = [{} for _ in range(count)]
        self.frames: dict[int, str] = {}
        self.sizes: list[int] = []

    def note(self, client: int, packet: str, now: float) -> None:
        found = SEQ.search(packet, 0, 60)
        if found is None:
            return
        seq = int(found[1])
        self.at[client][seq] = now
        if client == 0:
            self.frames[seq] = packet
            self.sizes.append(len(packet))

    def summary(self) -> dict:
        built, readings = {}, {}
        for seq, packet in self.frames.items():
            frame = json.loads(packet[len("42/live,") :])[1]
            if not frame["readings"]:
                continue
            built[seq] = _seconds(frame["at"])
            readings[seq] = [_seconds(row[3]) for row in frame["readings"]]
        from_fact = [at[seq] - then for at in self.at for seq in at if seq in readings for then in readings[seq]]
        from_frame = [at[seq] - built[seq] for at in self.at for seq in at if seq in built]
        return {
            "readings": _quantiles(from_fact), "frames": _quantiles(from_frame), "count": len(built),
            "bytes": sum(self.sizes) / max(1, len(self.sizes)),
            "missed": sum(len(built) - sum(seq in built for seq in at) for at in self.at),
        }  # fmt: skip


def _seconds(at: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(at).timestamp()


def _quantiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {f"p{q}": 1000 * ordered[min(len(ordered) - 1, len(ordered) * q // 100)] for q in (50, 95, 99)}


async def listen(client: int, port: int, turn: asyncio.Semaphore, whole: asyncio.Event, arrivals: Arrivals) -> None:
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    async with turn:
        socket = await connect(url, compression=None, max_size=LARGEST, ping_interval=None)
        await socket.recv()
        await socket.send("40/live,")
        await socket.send('42/live,["watch",{"scope":"city"}]')
        while not str(packet := await socket.recv()).startswith(SNAPSHOT):
            await _answer_ping(socket, packet)
    whole.set()
    async for packet in socket:
        now = time.time()
        if isinstance(packet, str) and packet.startswith(FRAME):
            arrivals.note(client, packet, now)
        else:
            await _answer_ping(socket, packet)


async def _answer_ping(socket: ClientConnection, packet: str | bytes) -> None:
    if packet == "2":
        await socket.send("3")


async def main() -> None:
    port, count = (int(argument) for argument in sys.argv[1:])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    arrivals, turn = Arrivals(count), asyncio.Semaphore(20)
    wholes = [asyncio.Event() for _ in range(count)]
    tasks = [asyncio.create_task(listen(n, port, turn, wholes[n], arrivals)) for n in range(count)]
    for whole in wholes:
        await whole.wait()
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        if line == "begin":
            arrivals.__init__(count)  # type: ignore[misc]
        else:
            print(json.dumps(arrivals.summary()), flush=True)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
