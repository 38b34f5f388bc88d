import subprocess
import sys
from pathlib import Path

import psycopg

from bench.servers import until
from streaming.log.postgres import PostgresLog
from tests.conftest import admin_url
from tests.twin.cities import a_device, a_reading, a_unit
from twin import checkpoint
from twin.apply import apply_batch
from twin.follow import LiveTwin
from twin.state import EMPTY

PATIENCE = 20
ROOT = Path(__file__).parents[2]

# Counts how often another greenlet ran while the twin slept three times on an idle log (a second each).
UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import sys, gevent
from streaming.log.postgres import PostgresLog
from twin.follow import LiveTwin

class Counted(PostgresLog):
    waits = 0
    def wait(self, seconds):
        super().wait(seconds)
        Counted.waits += 1

turns = 0
def others():
    global turns
    while Counted.waits < 3:
        turns += 1
        gevent.sleep(0.01)

twin = LiveTwin(sys.argv[1], road=Counted)
twin.start()
gevent.spawn(others).join(30)
print(turns)
"""


def append(connection: psycopg.Connection, *events) -> None:
    with connection.transaction():
        PostgresLog("").append(connection, events)


def eventually(question, what: str) -> None:
    until(question, PATIENCE, f"not within {PATIENCE} s: {what}")


def temperature(twin: LiveTwin) -> float | None:
    device = twin.city().devices.get("D1")
    return device.readings["temperature"].value if device and device.readings else None


def test_the_live_twin_begins_with_a_checkpoint_and_goes_on_with_the_log(database, connection):
    append(connection, a_unit(), a_device(), a_reading(4.0))
    log, city = PostgresLog(database), EMPTY
    for batch in log.read(0):
        city = apply_batch(city, batch)
    log.close()
    with connection.transaction():
        checkpoint.save(connection, city)
        connection.execute("DELETE FROM log")  # only the checkpoint still knows of the unit
    append(connection, a_reading(5.0, seconds=60))
    twin = LiveTwin(database)
    twin.start()
    try:
        assert twin.wait_until_ready(PATIENCE)
        assert twin.city().units["U1"].listed
        assert temperature(twin) == 5.0
        append(connection, a_reading(6.0, seconds=120))
        eventually(lambda: temperature(twin) == 6.0, "the reading in the twin")
    finally:
        twin.stop()


def test_every_batch_is_told_once_with_the_city_before_and_after(database, connection):
    append(connection, a_unit(), a_device())
    told = []
    twin = LiveTwin(database, on_batch=lambda before, after, batch: told.append((before.offset, after.offset)))
    twin.start()
    try:
        assert twin.wait_until_ready(PATIENCE)
        ready_at = twin.city().offset
        for second in range(20):
            append(connection, a_reading(float(second), seconds=second))
        eventually(lambda: len(told) >= 20, "twenty batches")
        assert told == [(offset, offset + 1) for offset in range(ready_at, ready_at + 20)]
    finally:
        twin.stop()


def test_a_listener_that_fails_does_not_stop_the_twin(database, connection):
    def fails(before, after, batch):
        raise RuntimeError("no paper")

    append(connection, a_unit(), a_device())
    twin = LiveTwin(database, on_batch=fails)
    twin.start()
    try:
        assert twin.wait_until_ready(PATIENCE)
        append(connection, a_reading(5.0))
        eventually(lambda: temperature(twin) == 5.0, "the reading in the twin")
    finally:
        twin.stop()


def test_the_twin_says_that_it_is_stale_and_catches_up(server, database, connection):
    name = connection.info.dbname
    append(connection, a_unit(), a_device(), a_reading(4.0))
    twin = LiveTwin(database)
    twin.start()
    try:
        assert twin.wait_until_ready(PATIENCE)
        with psycopg.connect(admin_url(server), autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            eventually(lambda: twin.stale_since is not None, "stale")
            assert temperature(twin) == 4.0  # what was known is still there, and known to be old
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        with psycopg.connect(database, autocommit=True) as again:
            append(again, a_reading(5.0, seconds=60))
        eventually(lambda: temperature(twin) == 5.0 and twin.stale_since is None, "fresh again")
    finally:
        twin.stop()


def test_a_log_that_was_replaced_is_read_from_its_beginning(server, database, connection):
    """A database restored from a backup has less than we knew: then the backup is the truth."""
    name = connection.info.dbname
    append(connection, a_unit(), a_device())
    append(connection, a_reading(4.0))
    told = []
    twin = LiveTwin(database, on_ready=lambda city: told.append(city.offset))
    twin.start()
    try:
        assert twin.wait_until_ready(PATIENCE)
        connection.execute("TRUNCATE log RESTART IDENTITY")
        append(connection, a_unit("U7"))
        with psycopg.connect(admin_url(server), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        eventually(lambda: set(twin.city().units) == {"U7"}, "the city of the backup")
        assert len(told) == 2
    finally:
        twin.stop()


def test_a_wait_for_news_leaves_the_other_greenlets_running(database):
    done = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT, database],
        capture_output=True, text=True, timeout=60, cwd=ROOT, check=True,
    )  # fmt: skip
    assert int(done.stdout) > 30  # a wait that blocked would leave it a turn or two per wait
