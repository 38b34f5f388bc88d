"""What every answer may use: the database, the log, the time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from api.asker import TheAsker
from streaming.database import open_pool, open_viewers, seeing
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
        self.viewers = open_viewers(settings.database, size=8, name="api-viewer", timezone=settings.city_timezone)
        self.used: dict[str, datetime] = {}  # sessions, and when their use was written down last
        self.log = open_log(settings.database)

    def now(self) -> datetime:
        return datetime.now(UTC).astimezone(self.timezone)

    def close(self) -> None:
        self.pool.close(timeout=5)
        self.viewers.close(timeout=5)
        self.log.close()


def _house(request: Request) -> House:
    return request.app.state.house


def _seen(house: Annotated[House, Depends(_house)], asker: TheAsker) -> Iterator[Connection[Any]]:
    if asker.viewer is None:
        yield from _service(house)
        return
    with seeing(house.viewers, asker.grid) as connection:
        connection.commit()
        connection.autocommit = True
        yield connection


def _service(house: Annotated[House, Depends(_house)]) -> Iterator[Connection[Any]]:
    with house.pool.connection() as connection:
        # Each action commits by itself before it answers; the end of this block comes after the answer has gone.
        connection.autocommit = True
        yield connection


def _now(house: Annotated[House, Depends(_house)]) -> datetime:
    return house.now()


TheHouse = Annotated[House, Depends(_house)]
Database = Annotated[Connection[Any], Depends(_seen)]  # finds nothing that the asker may not see
Service = Annotated[Connection[Any], Depends(_service)]  # sees everything: for what was looked up in Database first
Now = Annotated[datetime, Depends(_now)]
