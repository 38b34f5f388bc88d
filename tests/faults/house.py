"""Real processes on a folder of their own, to be killed: database, broker, ingest, and a publisher that keeps count."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
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

REPOSITORY = Path(__file__).parents[2]


class House:
    """Database, broker and ingest as `sunshine up` starts them, each of which can be killed and started anew."""

    def __init__(self, folder: Path):
        folder.chmod(0o755)
        self.ingest_port, self.mqtt_port = free_port(), free_port()
        self.settings = Settings(
            sunshine_data=folder,
            mqtt_url=f"mqtt://127.0.0.1:{self.mqtt_port}",
            ingest_port=self.ingest_port,
            database_url=None,
            _env_file=None,
        )
        self.processes: dict[str, subprocess.Popen] = {}
        self._log = (folder.parent / f"{folder.name}.log").open("w")

    def start(self) -> "House":
        prepare_database(self.settings)
        self.start_database()
        ensure_database_exists(self.settings)
        migrate(self.settings.database)
        self.start_broker()
        self.start_ingest()
        self.wait_until_ready()
        return self

    def start_database(self) -> None:
        command = database_command(self.settings)
        for _ in range(20):  # the children of a killed server need a moment to notice and go
            self._start("database", command, cwd=self.settings.data, **as_server_user())
            with contextlib.suppress(psycopg.OperationalError):
                wait_for_database(admin_url(self.settings), 3)
                return
        raise TimeoutError("the database does not start")

    def start_broker(self) -> None:
        command = broker_command(self.settings)
        assert command, "Mosquitto is not installed: apt-get install mosquitto"
        self._start("broker", command)
        wait_for_port(self.mqtt_port)

    def start_ingest(self) -> None:
        environment = {
            **os.environ,
            "SUNSHINE_DATA": str(self.settings.data),
            "MQTT_URL": self.settings.broker,
            "INGEST_PORT": str(self.ingest_port),
        }
        environment.pop("DATABASE_URL", None)
        self._start("ingest", [sys.executable, "-m", "streaming.ingest"], env=environment, cwd=REPOSITORY)

    def _start(self, name: str, command: list[str], **options) -> None:
        old = self.processes.get(name)
        if old is not None and old.poll() is None:
            return
        self.processes[name] = subprocess.Popen(
            command, start_new_session=True, stdout=self._log, stderr=self._log, **options
        )

    def kill(self, name: str) -> None:
        """As when the power goes: no process of it gets to do anything more."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()

    def is_running(self, name: str) -> bool:
        return self.processes[name].poll() is None

    def save_broker(self) -> None:
        """What the broker does every few seconds by itself: write its sessions to disk."""
        self.processes["broker"].send_signal(signal.SIGUSR1)
        time.sleep(0.3)

    def stop(self) -> None:
        for name in ("ingest", "broker", "database"):
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                continue
            process.send_signal(signal.SIGINT if name == "database" else signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()

    def waiting_for(self) -> list[str] | None:
        """What /readyz of ingest says; None when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ingest_port}/readyz", timeout=2) as answer:
                return json.load(answer).get("waiting_for", [])
        except urllib.error.HTTPError as error:
            return json.load(error).get("waiting_for", [])
        except OSError:
            return None

    def wait_until_ready(self) -> None:
        until(lambda: self.waiting_for() == [], 30, "ingest does not get ready")

    @contextlib.contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.settings.database, autocommit=True) as connection:
            yield connection

    def count(self, query: str) -> int:
        with self.connection() as connection:
            row = connection.execute(query).fetchone()
            return int(row[0]) if row else 0

    def stored(self) -> Counter[int]:
        """How often each value is stored; tests publish each number once."""
        with self.connection() as connection:
            return Counter(int(row[0]) for row in connection.execute("SELECT value FROM reading"))


class Publisher:
    """Publishes numbers at QoS 1 and knows which were acknowledged, and which it had to send more than once."""

    def __init__(self, port: int, name: str):
        self.acknowledged: set[int] = set()
        self.sent: set[int] = set()
        self.doubtful: set[int] = set()
        self._numbers: dict[int, int] = {}
        self._early: set[int] = set()  # packet ids that were acknowledged before we knew whose they are
        self._lock = threading.Lock()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name, clean_session=False)
        self._client.max_inflight_messages_set(20_000)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_publish = self._on_publish
        self._client.on_disconnect = self._on_disconnect
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def publish(self, number: int, topic: str, payload: bytes) -> None:
        self.sent.add(number)
        packet = self._client.publish(topic, payload, qos=1).mid  # not under our lock: paho calls back under its own
        with self._lock:
            if packet in self._early:
                self._early.remove(packet)
                self.acknowledged.add(number)
            else:
                self._numbers[packet] = number

    def drained(self) -> bool:
        with self._lock:
            return len(self.acknowledged) == len(self.sent)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_publish(self, _client, _data, mid, _reason, _properties) -> None:
        with self._lock:
            if mid in self._numbers:
                self.acknowledged.add(self._numbers.pop(mid))
            else:
                self._early.add(mid)

    def _on_disconnect(self, *_args) -> None:
        with self._lock:
            self.doubtful |= self.sent - self.acknowledged
