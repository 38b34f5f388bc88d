"""Each sensor's turn to speak: true values, through its faults, in its own dialect, onto the right wire."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Protocol

from sensors.city import damage
from sensors.city.clock import Clock
from sensors.city.dialects import Dialect, Native, Outgoing, SparkplugNode
from sensors.city.equipment import Languages
from sensors.city.field import Field
from sensors.city.registry import Device
from sensors.city.troubles import Troubles

SHORTEST_INTERVAL = 5.0  # real seconds, however fast simulated time runs: a full city then sends about 540 a second
SUDDEN_METRICS = {
    "smoke_alarm": ("smoke", "manual_trigger"), "gas_alarm": ("lel",), "uv_disinfection": ("lamp", "exposed"),
}  # fmt: skip


class Wires(Protocol):
    """Where messages leave: `Gateways`, or a list in a test."""

    def publish(self, unit: str, messages: Sequence[Outgoing]) -> None: ...

    def publish_node(self, messages: Sequence[Outgoing]) -> None: ...


class Machines(Protocol):
    def report(self, device: Device, values: Mapping[str, float], ts: float, good: bool = True) -> None: ...


class Reporter:
    """Knows when each device is due. Devices report one after another, evenly over the interval."""

    def __init__(
        self,
        devices: Sequence[Device],
        field: Field,
        troubles: Troubles,
        clock: Clock,
        dialects: Mapping[str, Dialect],
        wires: Wires,
        machines: Machines,
        seed: int,
    ) -> None:
        self._field, self._troubles, self._clock = field, troubles, clock
        self._dialects, self._wires, self._machines, self._seed = dialects, wires, machines, seed
        self._devices = {device.id: device for device in devices}
        rounds = [device for device in devices if device.interval_seconds]
        Random(f"round {seed}").shuffle(rounds)
        self._round = rounds
        interval = rounds[0].interval_seconds if rounds else 300
        self.interval = max(interval / clock.speed, SHORTEST_INTERVAL)
        self._turn = 0
        self._begun: float | None = None
        self._frozen: dict[str, dict[str, float]] = {}
        self.messages = 0

    def announce(self) -> Iterator[None]:
        """Every sensor says hello and whether it is there; a pause is fitting after each."""
        now = self._clock.reported(self._field.now)
        for device in self._devices.values():
            if not self._is_wired(device) and "silent" not in self._troubles.of(device.id):
                dialect = self._dialect(device)
                self._send(device, dialect.hello(device))
                self.tell_status(device.id, self._troubles.is_online(device.id), now)
            yield

    def speak(self, real: float) -> None:
        """All whose turn has come by this moment of real time."""
        if self._begun is None:
            self._begun = real
        if not self._round:
            return
        due = int((real - self._begun) / self.interval * len(self._round))
        if due - self._turn > len(self._round):
            self._turn = due - len(self._round)  # after a pause each speaks once, not once for every missed turn
        while self._turn < due:
            self.report(self._round[self._turn % len(self._round)], real)
            self._turn += 1

    def report(self, device: Device, real: float) -> None:
        """One regular report of one device, as far as its faults let it."""
        faults = self._troubles.of(device.id)
        if damage.is_silent(faults):
            return
        values = self.values(device)
        ts = damage.timestamp(real, faults)
        if self._is_wired(device):
            self._machines.report(device, values, ts)
            self.messages += 1
            return
        dialect = self._dialect(device)
        if "rubbish" in faults:
            random = Random(f"{self._seed} {device.id} {self._turn}")
            if random.random() < faults["rubbish"].strength:
                self._send(device, [Outgoing(dialect.topic(device), damage.rubbish(values, ts, random))])
                return
        self._send(device, dialect.telemetry(device, values, ts) * damage.repeats(faults))

    def values(self, device: Device) -> dict[str, float]:
        """What the device believes now."""
        faults = self._troubles.of(device.id)
        frozen = self._frozen.get(device.id)
        values = damage.numbers(self._field.reading(device.id), faults, self._field.now, frozen)
        if "stuck" not in faults:
            self._frozen.pop(device.id, None)
        elif frozen is None:
            self._frozen[device.id] = values
        return values

    def tell_status(self, device_id: str, online: bool, real: float) -> None:
        """A device goes with notice (its gateway's last will) or comes back."""
        device = self._devices[device_id]
        if self._is_wired(device):
            self._machines.report(device, self._field.reading(device_id), real, good=online)
            return
        dialect = self._dialect(device)
        if online and isinstance(dialect, SparkplugNode):
            self._send(device, [dialect.device_birth(device, self.values(device), real)])
        else:
            self._send(device, dialect.status(device, online, real))

    def tell_sudden(self, device_id: str, real: float) -> None:
        """Smoke does not wait for the next round."""
        device = self._devices[device_id]
        faults = self._troubles.of(device_id)
        if damage.is_silent(faults) or self._is_wired(device):
            return
        dialect = self._dialect(device)
        if not isinstance(dialect, Native):
            self.report(device, real)
            return
        values = self._field.reading(device_id)
        if "gas_leak" in faults:
            values["lel"] = round(faults["gas_leak"].strength, 1)  # it tells when the cloud has reached it
        for metric in SUDDEN_METRICS.get(device.kind, ()):
            if metric in values:
                self._send(device, [dialect.event(device, metric, values[metric], real)])

    def tell_check(self, unit: str, temperature: float, real: float) -> None:
        """Somebody stood before the morning-check machine, where there is one."""
        device = self._devices.get(f"{unit}-MC1")
        if device and not damage.is_silent(self._troubles.of(device.id)):
            self._send(device, self._dialect(device).telemetry(device, {"body_temperature": temperature}, real))

    def rebirth(self, real: float) -> None:
        """The Sparkplug node says again what it is and what it measures."""
        node = self._dialects[Languages.SPARKPLUG]
        if not isinstance(node, SparkplugNode):
            return
        born = node.birth(real)
        here = (d for d in self._devices.values() if self._language(d) == Languages.SPARKPLUG)
        talking = (d for d in here if not damage.is_silent(self._troubles.of(d.id)))
        self._wires.publish_node([born, *(node.device_birth(d, self.values(d), real) for d in talking)])

    def _send(self, device: Device, messages: list[Outgoing]) -> None:
        self.messages += len(messages)
        if self._language(device) == Languages.SPARKPLUG:
            self._wires.publish_node(messages)
        else:
            self._wires.publish(device.unit_id, messages)

    def _dialect(self, device: Device) -> Dialect:
        return self._dialects[self._language(device)]

    def _is_wired(self, device: Device) -> bool:
        return self._language(device) == Languages.OPCUA

    @staticmethod
    def _language(device: Device) -> str:
        return device.aliases.partition("=")[0]
