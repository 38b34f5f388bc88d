"""Whatever is killed, at any moment: what was acknowledged is stored, and stored once."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable

import psutil
import pytest

from bench.servers import until
from tests.faults.house import House, Publisher
from tests.few_devices import UNIT

pytestmark = pytest.mark.faults

RATE, LOAD_SECONDS = 500, 10
AWAY_SECONDS = float(os.environ.get("FAULT_AWAY_SECONDS", "10"))  # the long run takes 60
_numbers = itertools.count(1)


def payload(number: int) -> tuple[str, bytes]:
    """Every second message comes from a device that does not name its time."""
    device, timed = number // 2 % 50, number % 2
    if timed:
        return f"sunshine/v1/{UNIT}/T{device}/telemetry", b'{"ts": %d, "temperature": %d}' % (own_ms(), number)
    return f"sunshine/v1/{UNIT}/N{device}/telemetry", b'{"temperature": %d}' % number


_newest_ms = 0


def own_ms() -> int:
    """The time of a reading, never the same twice: that would be the same reading."""
    global _newest_ms
    _newest_ms = max(time.time_ns() // 1_000_000, _newest_ms + 1)
    return _newest_ms


def load(publisher: Publisher, seconds: float, *faults: tuple[float, Callable[[], None]]) -> None:
    """Publish at the rate for so long; each fault happens at its second, in a thread so that the load goes on."""
    began = time.monotonic()
    threads = [threading.Timer(at, fault) for at, fault in faults]
    for thread in threads:
        thread.start()
    for n in range(int(RATE * seconds)):
        number = next(_numbers)
        publisher.publish(number, *payload(number))
        time.sleep(max(0.0, began + (n + 1) / RATE - time.monotonic()))
    for thread in threads:
        thread.join()


def check_all_are_stored_once(house: House, publisher: Publisher, repeats_allowed: bool = False) -> None:
    until(publisher.drained, 40, "the broker did not acknowledge everything")
    stored = house.stored()
    end = time.monotonic() + 40
    while time.monotonic() < end and publisher.acknowledged - stored.keys():
        time.sleep(0.3)
        stored = house.stored()
    missing = publisher.acknowledged - stored.keys()
    assert not missing, f"{len(missing)} of {len(publisher.acknowledged)} acknowledged messages are lost"
    # What the publisher itself sent again, having no acknowledgement, without a time, nobody can know for a repeat.
    excused = {number for number in publisher.doubtful if number % 2 == 0} if repeats_allowed else set()
    twice = [number for number, times in stored.items() if times > 1 and number not in excused]
    assert not twice, f"{len(twice)} messages are stored more than once, such as {twice[:5]}"


def test_killing_ingest_loses_nothing(house: House, publisher: Publisher):
    def kill() -> None:
        house.kill("ingest")
        time.sleep(0.5)
        house.start_ingest()

    load(publisher, LOAD_SECONDS, (2.0, kill), (5.0, kill), (7.5, kill))
    check_all_are_stored_once(house, publisher)
    assert not publisher.doubtful


def test_killing_the_database_loses_nothing(house: House, publisher: Publisher):
    def kill() -> None:
        house.kill("database")
        house.start_database()

    load(publisher, LOAD_SECONDS, (2.0, kill), (6.0, kill))
    check_all_are_stored_once(house, publisher)


def test_killing_the_broker_loses_nothing_that_it_acknowledged(house: House, publisher: Publisher):
    def kill() -> None:
        house.kill("broker")
        house.start_broker()

    load(publisher, LOAD_SECONDS, (2.0, kill), (6.0, kill))
    check_all_are_stored_once(house, publisher, repeats_allowed=True)


def test_a_database_that_is_away_is_waited_for_and_nothing_is_lost(house: House, publisher: Publisher):
    said: list[list[str] | None] = []

    def go_away() -> None:
        house.kill("database")
        time.sleep(AWAY_SECONDS)
        said.append(house.waiting_for())
        house.start_database()

    load(publisher, AWAY_SECONDS + 3, (1.0, go_away))
    assert said == [["database"]]
    check_all_are_stored_once(house, publisher)
    house.wait_until_ready()


def test_a_burst_loses_nothing_when_ingest_is_slow(house: House, publisher: Publisher):
    house.processes["ingest"].send_signal(signal.SIGSTOP)
    try:
        for _ in range(20_000):
            number = next(_numbers)
            publisher.publish(number, *payload(number))
        until(lambda: len(publisher.acknowledged) > 15_000, 120, "the broker does not take the burst")
    finally:  # the tests after this one use the same process
        house.processes["ingest"].send_signal(signal.SIGCONT)
    check_all_are_stored_once(house, publisher)


def test_stopping_ingest_stores_what_is_in_hand_and_ends_at_once(house: House, publisher: Publisher):
    def stop() -> None:
        ingest = house.processes["ingest"]
        ingest.send_signal(signal.SIGTERM)
        assert ingest.wait(10) == 0
        house.start_ingest()

    load(publisher, 4, (2.0, stop))
    check_all_are_stored_once(house, publisher)


def test_memory_stays_bounded_while_the_database_is_away(house: House, publisher: Publisher):
    house.kill("database")
    big = b'{"temperature": 1, "note": "' + b"x" * 200_000 + b'"}'
    for _ in range(600):  # 120 MB, twice what ingest holds in hand
        publisher.publish(next(_numbers), f"sunshine/v1/{UNIT}/N1/telemetry", big)
    until(publisher.drained, 60, "the broker does not take the load")
    time.sleep(1)
    used = psutil.Process(house.processes["ingest"].pid).memory_info().rss
    house.start_database()
    until(lambda: house.count("SELECT count(*) FROM quarantine") == 600, 60, "not all were stored")
    assert used < 350 << 20, f"ingest uses {used >> 20} MiB"
