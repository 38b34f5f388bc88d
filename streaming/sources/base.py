"""What every wire must answer. MQTT, OPC UA and a list in a test look alike from here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sensors.facts import Message


@dataclass(slots=True, eq=False)
class Parcel:
    """A message on its way to the database, with what its wire needs to acknowledge it afterwards."""

    message: Message
    packet_id: int = 0  # 0: this wire acknowledges nothing
    repeated: bool = False  # the sender says it may have sent this before
    link: object | None = None  # the connection that must carry the acknowledgement


Put = Callable[[Parcel], None]


class Source(Protocol):
    """Where messages come from. `run` reconnects by itself for ever and ends only when it is cancelled."""

    name: str

    @property
    def connected(self) -> bool: ...

    async def run(self, put: Put) -> None:
        """Hand over every message; `put` never blocks and never raises."""

    def acknowledge(self, parcels: Sequence[Parcel]) -> None:
        """Their transaction has committed. Called on the event loop."""

    def hold(self, held: bool) -> None:
        """Read no further until told so, where the wire can."""


class ListSource:
    """Messages we already hold: for tests, demonstrations and replays."""

    name = "list"
    connected = True

    def __init__(self, messages: Iterable[Message]):
        self._messages = messages
        self.acknowledged: list[Message] = []

    async def run(self, put: Put) -> None:
        for message in self._messages:
            put(Parcel(message))

    def acknowledge(self, parcels: Sequence[Parcel]) -> None:
        self.acknowledged += [parcel.message for parcel in parcels]

    def hold(self, held: bool) -> None:
        pass  # what we hold already needs no reading
