"""Questions asked for a person: the database answers as if nothing outside the person's grid existed."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from streaming.database.connect import open_pool
from streaming.grid import Grid

VIEWER = "sunshine_viewer"  # made by migration 0013, with the policies that read the settings below

_LOOK = """
    SELECT set_config('sunshine.all', %s, false), set_config('sunshine.areas', %s::text[]::text, false),
           set_config('sunshine.types', %s::text[]::text, false), set_config('sunshine.units', %s::text[]::text, false)
"""


def open_viewers(database: str, size: int = 4, name: str = "viewer", timezone: str | None = None) -> ConnectionPool:
    """A pool whose connections see nothing until `seeing` says for whom they look."""
    options = f"-c role={VIEWER}" + (f" -c timezone={timezone}" if timezone else "")
    return open_pool(make_conninfo(database, options=options), size=size, name=name)


@contextmanager
def seeing(pool: ConnectionPool, grid: Grid) -> Iterator[Connection]:
    """A connection that sees this grid; for the next one who takes it, it is set anew."""
    with pool.connection() as connection:
        look(connection, grid)
        yield connection


def look(connection: Connection, grid: Grid) -> None:
    """From now on this connection of `open_viewers` sees the grid."""
    patterns = [] if grid.whole else [_below(path) for path in grid.areas]
    connection.execute(_LOOK, ("yes" if grid.whole else "no", patterns, list(grid.types), list(grid.units)))


def _below(path: str) -> str:
    """A pattern of all that lies in the area. A path of one part is the city's, whatever it is called."""
    return f"{_literal(path)}/%" if "/" in path else "%"


def _literal(path: str) -> str:
    """The path as a pattern that means nothing else."""
    return path.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
