"""Which MQTT packets are committed though their acknowledgement may be lost.

A message that names its own time is the same fact whenever it comes. One without is told apart from its repeat only
here: by the packet id and a digest of topic and payload, stored in the transaction that stored its facts. A broker
has at most 65,535 packets in flight, so one digest per packet id is all there is to remember.
"""

from collections import deque
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from psycopg import Connection

from sensors.facts import Message
from streaming.sources.base import Parcel

IN_FLIGHT = 65_535
_PACKET = np.dtype([("id", ">u2"), ("digest", ">u8")])

_LOAD = "SELECT no, packets FROM ingest_receipt WHERE client = %s ORDER BY no"
_KEEP = "INSERT INTO ingest_receipt (client, packets) VALUES (%s, %s) RETURNING no"
_DROP = "DELETE FROM ingest_receipt WHERE client = %s AND no <= %s"
_KNOWN = "SELECT 1 FROM ingest_receipt WHERE client = %s AND no = %s"


class Receipts:
    """The packets of one MQTT client."""

    def __init__(self, client: str):
        self._client = client
        self._digests: dict[int, int] = {}
        self._rows: deque[tuple[int, int]] = deque()  # number and packets of each row, oldest first
        self._kept = 0

    def load(self, connection: Connection) -> None:
        """What earlier processes under this client's name have committed."""
        self._digests, self._rows, self._kept = {}, deque(), 0
        for no, raw in connection.execute(_LOAD, (self._client,), binary=True):
            self._remember(no, np.frombuffer(raw, _PACKET))

    def has(self, parcel: Parcel) -> bool:
        """Whether exactly this message was committed under its packet id."""
        known = self._digests.get(parcel.packet_id)
        return bool(known) and known == digest(parcel.message)

    def keep(self, connection: Connection, parcels: Sequence[Parcel], timeless: set[int]) -> tuple[int, np.ndarray]:
        """Write a receipt in the caller's transaction; `timeless` are positions of parcels that need a digest.

        Every packet id is written: an id used again for another message is no longer the old message's.
        """
        packets = np.zeros(len(parcels), _PACKET)
        packets["id"] = [parcel.packet_id for parcel in parcels]
        for position in timeless:
            if parcels[position].packet_id:
                packets["digest"][position] = digest(parcels[position].message)
        packets = packets[packets["id"] > 0]
        self._drop_old(connection)
        row = connection.execute(_KEEP, (self._client, packets.tobytes())).fetchone()
        assert row is not None  # INSERT ... RETURNING
        return row[0], packets

    def confirm(self, no: int, packets: np.ndarray) -> None:
        """The transaction of this receipt has committed."""
        self._remember(no, packets)

    def is_stored(self, connection: Connection, no: int) -> bool:
        """Whether the transaction that wrote this receipt has committed: the answer to a doubtful commit."""
        return connection.execute(_KNOWN, (self._client, no)).fetchone() is not None

    def _remember(self, no: int, packets: np.ndarray) -> None:
        self._digests.update(zip(packets["id"].tolist(), packets["digest"].tolist(), strict=True))
        self._rows.append((no, len(packets)))
        self._kept += len(packets)

    def _drop_old(self, connection: Connection) -> None:
        """Rows that hold nothing but packets overtaken by a whole round of packet ids, now and then."""
        if self._kept < 2 * IN_FLIGHT and len(self._rows) < 5_000:
            return
        last = 0
        while len(self._rows) > 1 and (self._kept - self._rows[0][1] >= IN_FLIGHT or self._rows[0][1] == 0):
            last, count = self._rows.popleft()
            self._kept -= count
        if last:
            connection.execute(_DROP, (self._client, last))


def digest(message: Message) -> int:
    """Eight bytes that tell messages apart; never 0, which means none."""
    said = blake2b(message.topic.encode("utf-8", "replace") + b"\0" + message.payload, digest_size=8).digest()
    return int.from_bytes(said, "big") or 1
