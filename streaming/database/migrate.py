"""Bring the schema up to date with yoyo: numbered SQL files, each applied once, under a lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yoyo import get_backend, read_migrations
from yoyo.backends import DatabaseBackend

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: str) -> list[str]:
    """Apply what is missing and return the names of what was applied."""
    with _backend(database) as backend, backend.lock():
        todo = backend.to_apply(read_migrations(str(MIGRATIONS)))
        names = [migration.id for migration in todo]
        backend.apply_migrations(todo)
    return names


def pending(database: str) -> list[str]:
    """Names of migrations that the database still lacks."""
    with _backend(database) as backend:
        return [migration.id for migration in backend.to_apply(read_migrations(str(MIGRATIONS)))]


@contextmanager
def _backend(database: str) -> Iterator[DatabaseBackend]:
    backend = get_backend(database.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        yield backend
    finally:
        backend.connection.close()
