"""What every answer may use: the database, the log, the time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from streaming.database import open_pool
from streaming.log import open_log
from streaming.settings import Settings


class House:
    """Opened when the server starts, closed when it stops."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.timezone: ZoneInfo = settings.timezone
        # The session's time zone is the city's, so every time comes out of the database with its offset.
        database = make_conninfo(settings.database, options=f"-c timezone={settings.city_timezone}")
        self.pool: ConnectionPool[Connection[Any]] = open_pool(database, size=8, name="api")
        self.log = open_log(settings.database)

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(self.timezone)

    def close(self) -> None:
        self.pool.close(timeout=5)
        self.log.close()


def _house(request: Request) -> House:
    return request.app.state.house


def _connection(house: Annotated[House, Depends(_house)]) -> Iterator[Connection[Any]]:
    with house.pool.connection() as connection:
        # Each action commits by itself before it answers; the end of this block comes after the answer has gone.
        connection.autocommit = True
        yield connection


def _now(house: Annotated[House, Depends(_house)]) -> datetime:
    return house.now()


TheHouse = Annotated[House, Depends(_house)]
Database = Annotated[Connection[Any], Depends(_connection)]
Now = Annotated[datetime, Depends(_now)]
