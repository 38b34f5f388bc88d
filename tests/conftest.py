"""Real servers for tests: an embedded PostgreSQL and a Mosquitto per test process, a fresh database per test."""

import contextlib
import os
import signal
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from bench.servers import free_port, running, wait_for_port
from streaming.database import migrate, wait_for_database
from streaming.settings import Settings
from sunshine.embedded import as_server_user, broker_command, database_command, prepare_database


@pytest.fixture(scope="session")
def data_folder() -> Iterator[Path]:
    # Not pytest's tmp_path: its parents are closed to other users, and PostgreSQL does not run as root.
    with tempfile.TemporaryDirectory(prefix="sunshine-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def server(data_folder: Path) -> Iterator[Settings]:
    """A running PostgreSQL with the template database: embedded, or the one SUNSHINE_TEST_DATABASE names."""
    if external := os.environ.get("SUNSHINE_TEST_DATABASE"):
        with template_on(external, data_folder) as settings:
            yield settings
        return
    settings = Settings(sunshine_data=data_folder, database_url=None, _env_file=None)
    prepare_database(settings)
    command = [
        *database_command(settings),
        "-csynchronous_commit=off",
    ]  # only this harness trades safety for speed
    log = (data_folder / "postgres.log").open("w")
    with running(command, stop=signal.SIGINT, stdout=log, stderr=log, cwd=data_folder, **as_server_user()):
        admin = admin_url(settings)
        wait_for_database(admin, 30)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_sunshine")
        migrate(database_url(settings, "template_sunshine"))
        yield settings


def admin_url(settings: Settings) -> str:
    return database_url(settings, "postgres")


@contextlib.contextmanager
def template_on(external: str, data_folder: Path) -> Iterator[Settings]:
    """The template database on a server that runs already, TimescaleDB for one."""
    settings = Settings(sunshine_data=data_folder, database_url=external, _env_file=None)
    with psycopg.connect(admin_url(settings), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS template_sunshine WITH (FORCE)")
        connection.execute("CREATE DATABASE template_sunshine")
        migrate(database_url(settings, "template_sunshine"))
        # TimescaleDB's workers would sit in the template, and a database in use cannot be copied.
        connection.execute("ALTER DATABASE template_sunshine ALLOW_CONNECTIONS false")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'template_sunshine'")
        yield settings


def database_url(settings: Settings, name: str) -> str:
    if settings.database_url:
        return urlsplit(settings.database_url)._replace(path=f"/{name}").geturl()
    return f"postgresql://postgres@/{name}?host={settings.database_socket_dir}"


@pytest.fixture
def database(server: Settings) -> Iterator[str]:
    """The connection string of an empty, migrated database of this test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(admin_url(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_sunshine")
    yield database_url(server, name)
    with psycopg.connect(admin_url(server), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def broker(tmp_path_factory) -> Iterator[str]:
    """The address of a running Mosquitto with the product's own configuration."""
    port = free_port()
    settings = Settings(
        sunshine_data=tmp_path_factory.mktemp("broker"), mqtt_url=f"mqtt://127.0.0.1:{port}", _env_file=None
    )
    command = broker_command(settings)
    assert command, "Mosquitto is not installed: apt-get install mosquitto"
    with running(command):
        wait_for_port(port)
        yield f"mqtt://127.0.0.1:{port}"
