"""Stores batches of parcels, each in one transaction, on one database connection of its own."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import Connection

from sensors.decoding import Decoder
from sensors.facts import DeviceName, Message
from streaming import events, quarantine
from streaming.intake import Accepted, Intake
from streaming.intake.statuses import Statuses
from streaming.interpreter import Interpreted, Interpreter
from streaming.log import Log
from streaming.quarantine import Refused, Waiting
from streaming.receipts import Receipts
from streaming.registry import Registry
from streaming.sources.base import Parcel

MOST_FOREIGN = 10_000

logger = logging.getLogger(__name__)


class Unavailable(Exception):
    """Nothing can be stored now; the same parcels may be stored later. `reason`: database or disk_space."""

    def __init__(self, reason: str, detail: str):
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch."""

    readings: int
    facts: int
    duplicates: int
    late: int
    quarantined: dict[str, int]


@dataclass(slots=True)
class _Doubtful:
    """A commit whose answer never came."""

    parcels: Sequence[Parcel]
    no: int


class Storekeeper:
    """Used by one thread at a time. Every failure to store is `Unavailable`, and then nothing was stored."""

    def __init__(self, database: str, client: str, decoder: Decoder, log: Log):
        self._database = database
        self._connection: Connection | None = None
        self._registry = Registry()
        self._interpreter = Interpreter(self._registry, decoder)
        self._intake = Intake(self._registry, log, process=client)
        self._statuses = Statuses()
        self._foreign: dict[DeviceName, tuple[bool, datetime]] = {}
        self._receipts = Receipts(client)
        self._doubtful: _Doubtful | None = None

    def store(self, parcels: Sequence[Parcel], now: datetime) -> list[Stored]:
        """Store the batch; what the database refuses for what it says goes to the quarantine alone."""
        try:
            connection = self._connect()
            if self._is_committed(connection, parcels):
                return []
            return [self._store(connection, parcels, now)]
        except psycopg.OperationalError as error:
            self.close()
            raise _unavailable(error) from error
        except psycopg.Error as error:
            # A database that refuses one message must not refuse its neighbours: find it by halves.
            self._forget()
            if len(parcels) > 1:
                middle = len(parcels) // 2
                return [*self.store(parcels[:middle], now), *self.store(parcels[middle:], now)]
            return [self._refuse(parcels[0], error)]

    def refresh(self, now: datetime) -> list[Stored]:
        """The registry has changed: load it, and store what waited in the quarantine for its device."""
        try:
            connection = self._connect()
            self._registry.load(connection)
            return [*self._take_back(connection, now), *self._greet(connection, now)]
        except psycopg.Error as error:
            self.close()
            raise _unavailable(error) from error

    def close(self) -> None:
        self._forget()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._database, autocommit=True, connect_timeout=5, application_name="sunshine-ingest"
            )
            self._registry.load(self._connection)
            self._receipts.load(self._connection)
        return self._connection

    def _is_committed(self, connection: Connection, parcels: Sequence[Parcel]) -> bool:
        """Whether these very parcels were committed by a transaction whose answer was lost with its connection."""
        doubtful, self._doubtful = self._doubtful, None
        return (
            doubtful is not None and doubtful.parcels is parcels and self._receipts.is_stored(connection, doubtful.no)
        )

    def _store(self, connection: Connection, parcels: Sequence[Parcel], now: datetime) -> Stored:
        # A packet sent again after a crash, whose transaction had committed, is only acknowledged.
        new = [parcel for parcel in parcels if not (parcel.repeated and self._receipts.has(parcel))]
        said = self._interpreter.interpret(connection, new)
        with connection.transaction():
            no, packets = self._receipts.keep(connection, new, said.timeless)
            told = [*said.readings, *self._statuses.news(connection, said.statuses)]
            accepted = self._intake.accept(connection, told, now, source="mqtt", refused=said.refused)
            self._doubtful = _Doubtful(parcels, no)
        self._receipts.confirm(no, packets)
        self._doubtful = None
        self._note_foreign(said)
        return _stored(accepted, said.refused)

    def _refuse(self, parcel: Parcel, error: psycopg.Error) -> Stored:
        """Keep one message that the database does not take."""
        message = parcel.message
        detail = f"the database refuses it: {error}"
        logger.error("a message on %s goes to the quarantine: %s", message.topic, detail)
        refused = Refused(message.received_at, message.source, message.topic, message.payload, "not_storable", detail)
        try:
            connection = self._connect()
            with connection.transaction():
                no, packets = self._receipts.keep(connection, [parcel], {0})
                accepted = self._intake.accept(connection, [], message.received_at, source="mqtt", refused=[refused])
            self._receipts.confirm(no, packets)
        except psycopg.Error as worse:
            self.close()
            raise _unavailable(worse) from worse
        return _stored(accepted, [refused])

    def _take_back(self, connection: Connection, now: datetime) -> list[Stored]:
        """Messages of devices that are registered by now become facts, at the time of their arrival."""
        known = [label for label in quarantine.waiting_devices(connection) if self._is_known(label)]
        stored: list[Stored] = []
        after = 0
        while known and (kept := quarantine.waiting(connection, known, after)):
            after = kept[-1].id
            with connection.transaction():
                said = self._said_by(connection, [one for one in kept if one.whole])
                told = [*said.readings, *self._statuses.news(connection, said.statuses)]
                quarantine.resolve(connection, [one.id for one in kept], now)
                accepted = self._intake.accept(connection, told, now, source="mqtt", refused=said.refused)
            stored.append(_stored(accepted, said.refused))
            logger.info("%d messages became valid: their devices were registered", len(kept))
        return stored

    def _note_foreign(self, said: Interpreted) -> None:
        """Remember the last status of names that are nobody's: a gateway's own, or a device not registered yet.

        In memory only: such a status says nothing of a device, and brokers and gateways say it again.
        """
        for name, status in said.foreign.items():
            if name not in self._foreign:
                logger.debug("a status of %s %r, which is no registered device", name.dialect, name.name)
                if len(self._foreign) >= MOST_FOREIGN:
                    del self._foreign[next(iter(self._foreign))]
            self._foreign[name] = status

    def _greet(self, connection: Connection, now: datetime) -> list[Stored]:
        """What devices said of themselves before they were registered counts from now on."""
        known = [(name, device) for name in self._foreign if (device := self._registry.name(name))]
        if not known:
            return []
        with connection.transaction():
            statuses = [(device, *self._foreign[name], False) for name, device in known]
            accepted = self._intake.accept(connection, self._statuses.news(connection, statuses), now, source="mqtt")
        for name, _ in known:
            del self._foreign[name]
        return [_stored(accepted, [])]

    def _said_by(self, connection: Connection, kept: Sequence[Waiting]) -> Interpreted:
        """What waiting messages say of the devices they wait for; the rest of each was stored when it came."""
        said = Interpreted()
        for one in kept:
            if one.source == "http":
                said.readings.append(events.decode_one(one.payload))
                continue
            parcel = Parcel(Message(one.topic, one.payload, one.received_at, one.source))
            again = self._interpreter.interpret(connection, [parcel], frozenset([one.device_id]))
            said.readings += again.readings
            said.statuses += again.statuses
            said.refused += [refused for refused in again.refused if refused.reason == "other_unit"]
        return said

    def _is_known(self, label: str) -> bool:
        dialect, _, name = label.partition(":")
        return self._registry.find(dialect, name) is not None

    def _forget(self) -> None:
        self._intake.forget()
        self._statuses.forget()


def _stored(accepted: Accepted, refused: Sequence[Refused]) -> Stored:
    quarantined: dict[str, int] = {}
    for reason in [one.reason for one in refused] + [one.reason for one in accepted.quarantined]:
        quarantined[reason] = quarantined.get(reason, 0) + 1
    return Stored(accepted.readings, accepted.facts, accepted.duplicates, accepted.late, quarantined)


def _unavailable(error: psycopg.Error) -> Unavailable:
    """The reason a person can act on."""
    words = str(error).strip() or type(error).__name__
    if isinstance(error, psycopg.errors.DiskFull) or "No space left on device" in words:
        return Unavailable("disk_space", f"the disk of the database is full: {words}")
    return Unavailable("database", words)
