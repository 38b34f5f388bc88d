"""Run the whole house on one machine: database and broker first, then what the Procfile names, in order."""

import contextlib
import fcntl
import json
import os
import shlex
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from honcho.environ import parse_procfile

from streaming.database import wait_for_database
from streaming.settings import Settings
from sunshine.embedded import (
    as_server_user,
    broker_command,
    database_command,
    ensure_database_exists,
    fallback_broker_command,
    prepare_database,
)
from sunshine.schema import prepare
from sunshine.supervisor import Child, Supervisor

PROCFILE = Path(__file__).parent.parent / "Procfile"
DEMO_ONLY = ("city",)
PAGES = (("web", "Command center", "/"), ("street", "Street screens", "/"), ("api", "API", "/api/v1/docs"))


class CannotStart(SystemExit):
    """Why the house cannot start, in one sentence."""


def up(settings: Settings, demo: bool) -> None:
    """Start everything, print the addresses once all is ready, and stay until Ctrl-C."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.data / "up.lock"):
        _refuse_taken_ports(settings, demo)
        supervisor = Supervisor()
        signal.signal(signal.SIGINT, supervisor.ask_to_stop)
        signal.signal(signal.SIGTERM, supervisor.ask_to_stop)
        try:
            _start_database(supervisor, settings)
            broker = _start_broker(supervisor, settings)
            for child in processes(settings, demo):
                supervisor.start(child)
            _announce(supervisor, settings, demo, broker)
            supervisor.watch()
        finally:
            supervisor.stop_all()


def processes(settings: Settings, demo: bool) -> list[Child]:
    """What the Procfile names, with the settings handed down as environment."""
    environment = {"SUNSHINE_DATA": str(settings.data)}
    if demo:
        environment["SUNSHINE_DEMO"] = "1"
        environment["OPCUA_URLS"] = settings.opcua_urls or f"opc.tcp://127.0.0.1:{settings.city_opcua_port}"
    # The Procfile says `sunshine`; the one that runs now is the one that is meant.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    named = parse_procfile(PROCFILE.read_text()).processes
    return [
        Child(name, shlex.split(command), {**environment, "PATH": path})
        for name, command in named.items()
        if demo or name not in DEMO_ONLY
    ]


def _start_database(supervisor: Supervisor, settings: Settings) -> None:
    if settings.embedded_database:
        prepare_database(settings)
        server = Child(
            "database",
            database_command(settings),
            stop_signal=signal.SIGINT,
            options={"cwd": settings.data / "pg", **as_server_user()},
        )
        supervisor.start(server)
        maintenance = f"postgresql://postgres@/postgres?host={settings.database_socket_dir}"
        _wait(supervisor, "database", lambda: _answers(maintenance), 60)
        ensure_database_exists(settings)
    applied = prepare(settings.database)
    supervisor.say(f"database ready, {len(applied)} migrations applied")


def _start_broker(supervisor: Supervisor, settings: Settings) -> Child | None:
    parts = urlsplit(settings.broker)
    host, port = parts.hostname or "127.0.0.1", parts.port or 1883
    if settings.mqtt_url and (_listens(host, port) or not _is_loopback(host)):
        supervisor.say(f"using the broker at {host}:{port}")
        return None
    command = broker_command(settings)
    if command is None:
        command = fallback_broker_command(settings)
        supervisor.say("Mosquitto is not installed: using amqtt, which is slower and keeps nothing over a restart")
    broker = supervisor.start(Child("broker", command))
    _wait(supervisor, "broker", lambda: _listens(host, port), 20)
    return broker


def _announce(supervisor: Supervisor, settings: Settings, demo: bool, broker: Child | None) -> None:
    started = time.monotonic()
    ports = {"ingest": settings.ingest_port, "score": settings.score_port, "jobs": settings.jobs_port}
    ports |= {name: getattr(settings, f"{name}_port") for name, _, _ in PAGES}
    if demo:
        ports["city"] = settings.city_port
    waiting = dict(ports)

    def all_ready() -> bool:
        for name, port in list(waiting.items()):
            if _is_ready(settings.bind, port):
                del waiting[name]
                if name == "ingest" and broker is not None and broker.process is not None:
                    # Mosquitto saves its sessions every few seconds; this one must outlive a kill from now on.
                    broker.process.send_signal(signal.SIGUSR1)
        return not waiting

    reminders = [30.0, 120.0]

    def ready_or_remind() -> bool:
        if reminders and time.monotonic() - started > reminders[0]:
            reminders.pop(0)
            supervisor.say(f"still waiting for {', '.join(waiting)}")
        return all_ready()

    supervisor.watch(until=ready_or_remind)
    if supervisor.stopping:
        return
    supervisor.say(f"everything is ready after {time.monotonic() - started:.0f} s")
    for name, title, path in PAGES:
        supervisor.say(f"  {title:<15} http://{_shown(settings.bind)}:{ports[name]}{path}")
    supervisor.say(f"  {'MQTT':<15} {settings.broker}")
    supervisor.say("Ctrl-C stops everything; the data stays in " + str(settings.data))


@contextlib.contextmanager
def _only_one(path: Path):
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"sunshine cannot start: another one already runs on {path.parent}.") from None
        yield


def _refuse_taken_ports(settings: Settings, demo: bool) -> None:
    names = ["web", "street", "api", "ingest", "score", "jobs", *(["city"] if demo else [])]
    for name in names:
        variable, port = f"{name.upper()}_PORT", getattr(settings, f"{name}_port")
        if _listens(settings.bind, port):
            raise CannotStart(
                f"sunshine cannot start: {variable}={port} is already used by another program;"
                f" set {variable} to a free port."
            )
    if settings.mqtt_url is None and _listens("127.0.0.1", 1883):
        raise CannotStart(
            "sunshine cannot start: port 1883 is already used, probably by another broker; set MQTT_URL to use that"
            " broker (mqtt://127.0.0.1:1883) or to start ours on a free port (mqtt://127.0.0.1:1884)."
        )


def _wait(supervisor: Supervisor, name: str, ready, seconds: float) -> None:
    until = time.monotonic() + seconds
    supervisor.watch(until=lambda: ready() or time.monotonic() > until)
    if supervisor.stopping:
        raise CannotStart("sunshine was stopped while it started.")
    if not ready():
        raise CannotStart(
            f"sunshine cannot start: the {name} does not answer after {seconds:.0f} s; its lines above say why."
        )


def _answers(database: str) -> bool:
    try:
        wait_for_database(database, 0)
    except Exception:
        return False
    return True


def _listens(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((_shown(host), port), timeout=0.5):
        return True
    return False


def _is_ready(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{_shown(host)}:{port}/readyz", timeout=2) as answer:
            return bool(json.load(answer)["ready"])
    except (OSError, ValueError, urllib.error.URLError, KeyError):
        return False


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
