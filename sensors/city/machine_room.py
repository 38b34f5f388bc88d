"""The kitchens that speak OPC UA: a server in a thread of its own, written to as its devices report."""

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sensors.catalogue import CATALOGUE
from sensors.city.registry import Device

log = logging.getLogger(__name__)

RADIO = ("battery", "linkquality")  # a wired machine has neither


class MachineRoom:
    """Starts with `open`, and says in the log when it cannot; the rest of the city does not depend on it."""

    def __init__(self, devices: Sequence[Device], port: int, host: str = "127.0.0.1") -> None:
        self._devices = devices
        self._url = f"opc.tcp://{host}:{port}"
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._server: object | None = None
        self._thread = threading.Thread(target=self._run, name="opcua", daemon=True)
        self.ready = threading.Event()

    def open(self) -> None:
        if self._devices:
            self._thread.start()

    def report(self, device: Device, values: Mapping[str, float], ts: float, good: bool = True) -> None:
        """New values; not `good`: the device is off, clients see a bad quality."""
        if self._server is not None:
            wired = {metric: value for metric, value in values.items() if metric not in RADIO}
            asyncio.run_coroutine_threadsafe(self._write(device, wired, ts, good), self._loop)

    def close(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(10)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except Exception:
            log.exception("the OPC UA server at %s stopped; its %d devices are silent", self._url, len(self._devices))
        finally:
            self._server = None
            self._loop.run_until_complete(self._end_tasks())
            self._loop.close()

    async def _end_tasks(self) -> None:
        """Subscriptions of clients that are still there have tasks of their own."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self) -> None:
        from sensors.opcua.kitchen_server import KitchenDevice, KitchenServer

        logging.getLogger("asyncua").setLevel(logging.ERROR)  # it warns that our server has no encryption
        server = KitchenServer(self._url)
        known = [KitchenDevice(d.id, d.kind, _metrics(d.kind), d.vendor, d.model) for d in self._devices]
        await server.start(known)
        self._server = server
        self.ready.set()
        log.info("OPC UA at %s with %d devices", self._url, len(known))
        try:
            await self._stopped.wait()
        finally:
            self._server = None
            await server.stop()

    async def _write(self, device: Device, values: dict[str, float], ts: float, good: bool) -> None:
        server, at = self._server, datetime.fromtimestamp(ts, UTC)
        if server is None:
            return
        for metric, value in values.items():
            try:
                await server.write(device.id, metric, value, at, good)  # type: ignore[attr-defined]
            except Exception as error:
                log.warning("OPC UA: cannot write %s of %s: %s", metric, device.id, error)


def _metrics(kind: str) -> tuple[str, ...]:
    return tuple(row.key for row in CATALOGUE[kind].metrics if row.key not in RADIO)
