"""Cameras as the city's network sees them: there or not. Their pictures take another road."""

from collections.abc import Iterator, Sequence
from zlib import crc32

from sensors.city.dialects import Native, Outgoing
from sensors.city.memory import Memory
from sensors.city.registry import Device
from sensors.city.reporter import Wires
from sensors.city.troubles import Troubles

NOT_COMMISSIONED = 0.038  # mounted and registered, but never seen on the network: the plan is still being carried out


def is_commissioned(camera: str, seed: int) -> bool:
    """Whether a camera was ever switched on. The others have no state at all, rather than a wrong one."""
    return crc32(f"{seed} {camera}".encode()) % 1000 >= NOT_COMMISSIONED * 1000


class Cameras:
    """Tells every camera's state once, later only changes."""

    def __init__(self, cameras: Sequence[Device], troubles: Troubles, wires: Wires, memory: Memory) -> None:
        self._cameras = {camera.id: camera for camera in cameras}
        self._troubles, self._wires, self._memory = troubles, wires, memory

    def __contains__(self, device: str) -> bool:
        return device in self._cameras

    def announce(self, now: float) -> Iterator[None]:
        """All states at the first start, else what changed while we were away; a pause is fitting after each."""
        off = {id for id in self._cameras if not self._troubles.is_online(id)}
        known = set(self._memory.cameras_off)
        for id in self._cameras if not self._memory.cameras_told else sorted(off ^ known):
            self._send(id, id not in off, now)
            yield
        self._memory.cameras_told, self._memory.cameras_off = True, sorted(off)
        self._memory.save()

    def tell_status(self, camera: str, online: bool, now: float) -> None:
        self._send(camera, online, now)
        off = set(self._memory.cameras_off)
        self._memory.cameras_off = sorted(off - {camera} if online else off | {camera})
        self._memory.save()

    def _send(self, id: str, online: bool, now: float) -> None:
        camera = self._cameras.get(id)
        if camera is not None:
            messages: list[Outgoing] = Native().status(camera, online, now)
            self._wires.publish(camera.unit_id, messages)
