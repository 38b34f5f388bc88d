"""The disk of the data folder is full: said clearly, nothing corrupted, nothing lost, and it goes on by itself."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import until
from tests.faults.house import House, Publisher
from tests.few_devices import UNIT, register

pytestmark = pytest.mark.faults

SIZE = "256m"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk this test fills")
    with tempfile.TemporaryDirectory(prefix="sunshine-full-") as folder:
        Path(folder).chmod(0o755)
        disk = Path(folder) / "var"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], capture_output=True, text=True
        )
        if mounted.returncode:
            pytest.skip(f"cannot mount a small disk here: {mounted.stderr.strip()}")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_told_and_survived(small_disk: Path):
    house = House(small_disk)
    try:
        house.start()
        with house.connection() as connection:
            register(connection, "T1")
            connection.execute("NOTIFY sunshine_registry")
        publisher = Publisher(house.mqtt_port, "publisher")
        _publish(publisher, range(500))
        until(lambda: len(house.stored()) == 500, 20, "the first readings are not stored")

        filler = _fill(small_disk)
        _publish(publisher, range(500, 3_000))
        until(lambda: "disk_space" in (house.waiting_for() or []), 40, "a full disk is not told")
        filler.unlink()
        if not house.is_running("database"):
            house.start_database()  # as its supervisor does
        house.wait_until_ready()

        _publish(publisher, range(3_000, 3_500))
        until(lambda: set(range(3_500)) <= house.stored().keys(), 40, "readings are lost")
        assert set(house.stored().values()) == {1}
        with house.connection() as connection:  # checksums are on: a damaged page would be an error here
            connection.execute("SET enable_indexscan = off")
            connection.execute("SELECT count(*), sum(length(payload)) FROM log")
            connection.execute("CHECKPOINT")
        publisher.stop()
    finally:
        house.stop()
    told = (small_disk.parent / "var.log").read_text()
    assert "the disk" in told and "full" in told


def _publish(publisher: Publisher, numbers: range) -> None:
    begun = time.time_ns() // 1_000_000 - 3_600_000
    for number in numbers:
        payload = b'{"ts": %d, "temperature": %d}' % (begun + number * 10, number)
        publisher.publish(number, f"sunshine/v1/{UNIT}/T1/telemetry", payload)
        if number % 100 == 99:
            time.sleep(0.05)


def _fill(disk: Path) -> Path:
    """A file that takes every byte that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return filler
