"""Database, broker and ingest on a folder of their own, for benchmarks of the pipes."""

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import psycopg

from bench.servers import admin_url, free_port, until, wait_for_port
from streaming.database import migrate, wait_for_database
from streaming.settings import Settings
from sunshine.embedded import (
    as_server_user,
    broker_command,
    database_command,
    ensure_database_exists,
    prepare_database,
)

REGISTRY = """
    INSERT INTO area (id, kind, name, path) VALUES ('ordos', 'city', 'Ordos', 'ordos');
    INSERT INTO unit (id, name, business_type, banner_id, street_id, area_path)
    VALUES ('U000001', 'Noodle bar', 'small', 'ordos', 'ordos', 'ordos');
    INSERT INTO device (id, unit_id, kind, interval_seconds)
    SELECT 'D' || n, 'U000001', 'fridge_temp_humidity', 300 FROM generate_series(0, {devices} - 1) AS n;
"""


class Pipes:
    """As `sunshine up` starts them, with fsync on; ends what it started. Without devices the registry is empty."""

    def __init__(self, folder: Path, devices: int = 0):
        self.mqtt_port, self.ingest_port = free_port(), free_port()
        (folder / "var").mkdir()
        self.settings = Settings(
            sunshine_data=folder / "var",
            mqtt_url=f"mqtt://127.0.0.1:{self.mqtt_port}",
            database_url=None,
            _env_file=None,
        )
        self.database = self.settings.database
        self._devices = devices
        self._processes: list[subprocess.Popen] = []
        self._ingest: subprocess.Popen | None = None

    def __enter__(self) -> "Pipes":
        prepare_database(self.settings)
        self._start(database_command(self.settings), cwd=self.settings.data, **as_server_user())
        wait_for_database(admin_url(self.settings), 30)
        ensure_database_exists(self.settings)
        migrate(self.database)
        if self._devices:
            with psycopg.connect(self.database, autocommit=True) as connection:
                connection.execute(REGISTRY.format(devices=self._devices))
        broker = broker_command(self.settings)
        assert broker, "Mosquitto is not installed"
        self._start(broker)
        wait_for_port(self.mqtt_port)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_ingest()
        for process, name in zip(reversed(self._processes), (signal.SIGTERM, signal.SIGINT), strict=False):
            process.send_signal(name)
            process.wait(60)

    def start_ingest(self) -> None:
        environment = {
            **os.environ,
            "SUNSHINE_DATA": str(self.settings.data),
            "MQTT_URL": self.settings.broker,
            "INGEST_PORT": str(self.ingest_port),
        }
        environment.pop("DATABASE_URL", None)
        self._ingest = subprocess.Popen([sys.executable, "-m", "streaming.ingest"], env=environment)
        until(self._is_ready, 30, "ingest does not get ready")

    def stop_ingest(self) -> None:
        if self._ingest is not None:
            self._ingest.terminate()
            self._ingest.wait(30)
            self._ingest = None

    def ingest_memory(self) -> float:
        assert self._ingest is not None
        return psutil.Process(self._ingest.pid).memory_info().rss / 2**20

    def ingest_cpu_seconds(self) -> float:
        assert self._ingest is not None
        times = psutil.Process(self._ingest.pid).cpu_times()
        return times.user + times.system

    def _start(self, command: list[str], **options) -> None:
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
        )
        self._processes.append(process)

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.ingest_port}/readyz"):
            return True
        return False
