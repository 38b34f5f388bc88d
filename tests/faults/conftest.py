"""One house for all tests that kill; each test publishes numbers of its own."""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House, Publisher
from tests.few_devices import register

TIMED = [f"T{n}" for n in range(50)]  # devices that name the time of each reading
TIMELESS = [f"N{n}" for n in range(50)]  # devices that do not


@pytest.fixture(scope="session")
def shared_house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="sunshine-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "var").mkdir()
        house = House(Path(folder) / "var")
        try:
            house.start()
            with house.connection() as connection:
                register(connection, *TIMED, *TIMELESS)
                connection.execute("NOTIFY sunshine_registry")
            house.save_broker()
            yield house
        finally:
            house.stop()


@pytest.fixture
def house(shared_house: House) -> Iterator[House]:
    yield shared_house
    # The next test finds everything running, whatever this one did.
    shared_house.start_database()
    shared_house.start_broker()
    shared_house.start_ingest()
    shared_house.wait_until_ready()
    with shared_house.connection() as connection:
        connection.execute("TRUNCATE reading, quarantine")


_names = itertools.count()


@pytest.fixture
def publisher(house: House) -> Iterator[Publisher]:
    publisher = Publisher(house.mqtt_port, f"publisher-{next(_names)}")
    yield publisher
    publisher.stop()
