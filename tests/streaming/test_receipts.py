from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from sensors.decoding import Decoder
from sensors.facts import Message
from streaming.log.postgres import PostgresLog
from streaming.receipts import IN_FLIGHT, Receipts
from streaming.sources.base import Parcel
from streaming.storekeeper import Storekeeper, Unavailable
from tests.few_devices import UNIT, register

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def a_parcel(payload: bytes, packet_id: int, *, repeated: bool = False, at: datetime = NOW) -> Parcel:
    return Parcel(Message(f"sunshine/v1/{UNIT}/F1/telemetry", payload, at), packet_id, repeated)


def a_keeper(database: str) -> Storekeeper:
    """A process that has just started."""
    return Storekeeper(database, "ingest", Decoder(), PostgresLog(database))


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  a name from this file
    return row[0] if row else 0


@pytest.fixture(autouse=True)
def registered(connection: psycopg.Connection) -> None:
    register(connection, "F1")


@pytest.mark.parametrize("payload", [b'{"temperature": 4}', b"rubbish"])
def test_a_message_sent_again_after_a_crash_is_not_stored_twice(database, connection, payload):
    a_keeper(database).store([a_parcel(payload, 7)], NOW)
    later = NOW + timedelta(seconds=2)
    a_keeper(database).store([a_parcel(payload, 7, repeated=True, at=later)], later)
    assert count(connection, "reading") + count(connection, "quarantine") == 1


def test_the_same_words_sent_anew_are_a_new_reading(database, connection):
    keeper, later = a_keeper(database), NOW + timedelta(seconds=2)
    keeper.store([a_parcel(b'{"temperature": 4}', 7)], NOW)
    keeper.store([a_parcel(b'{"temperature": 4}', 7, at=later)], later)
    assert count(connection, "reading") == 2


def test_a_packet_id_used_again_is_no_longer_the_old_message(database, connection):
    keeper = a_keeper(database)
    keeper.store([a_parcel(b'{"temperature": 4}', 7)], NOW)
    keeper.store([a_parcel(b'{"ts": 1795334400000, "humidity": 50}', 7)], NOW)
    later = NOW + timedelta(seconds=2)
    keeper.store([a_parcel(b'{"temperature": 4}', 7, repeated=True, at=later)], later)
    assert count(connection, "reading") == 3


def test_a_commit_whose_answer_was_lost_is_not_made_twice(database, connection, monkeypatch):
    keeper = a_keeper(database)
    parcels = [a_parcel(b"rubbish", 7)]
    keeper.store([a_parcel(b'{"temperature": 4}', 1)], NOW)
    with monkeypatch.context() as patch:
        patch.setattr(Receipts, "confirm", lost_answer)
        with pytest.raises(Unavailable):
            keeper.store(parcels, NOW)
    keeper.store(parcels, NOW)
    assert count(connection, "quarantine") == 1


def lost_answer(*_: object) -> None:
    raise psycopg.OperationalError("server closed the connection unexpectedly")


def test_receipts_do_not_pile_up(database, connection):
    receipts = Receipts("ingest")
    parcels = [a_parcel(b"x", packet_id) for packet_id in range(1, 5_001)]
    for _ in range(60):
        with connection.transaction():
            kept = receipts.keep(connection, parcels, set())
        receipts.confirm(*kept)
    [(packets,)] = connection.execute("SELECT sum(length(packets)) / 10 FROM ingest_receipt").fetchall()
    assert IN_FLIGHT <= packets <= 2 * IN_FLIGHT + 2 * len(parcels)
