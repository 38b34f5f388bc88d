"""The city as it was: the newest checkpoint before a moment and the events after it, folded by the same `apply`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import psycopg

from streaming.log import Batch, Log, open_log
from twin import checkpoint
from twin.apply import apply_batch
from twin.state import EMPTY, City

PAGE = 200  # batches read at a time


def state_at(database: str, moment: datetime) -> City:
    """What the live city knew at the moment: everything recorded by then, nothing recorded later."""
    city = _start(database, moment)
    with closing(open_log(database)) as log:
        for batch in _batches(log, city.offset, moment):
            city = apply_batch(city, batch)
    return city


def replay(
    database: str, since: datetime, until: datetime, step: timedelta = timedelta(seconds=1)
) -> Iterator[tuple[datetime, City]]:
    """The city at `since`, then at every step up to `until`; each batch of the log is read once."""
    if step <= timedelta(0):
        raise ValueError("a replay moves forward: its step must be longer than nothing")
    city, moment = _start(database, since), since
    with closing(open_log(database)) as log:
        for batch in _batches(log, city.offset, until):
            while moment < batch.recorded_at and moment <= until:
                yield moment, city
                moment += step
            city = apply_batch(city, batch)
    while moment <= until:
        yield moment, city
        moment += step


def _start(database: str, moment: datetime) -> City:
    with psycopg.connect(database, connect_timeout=5) as connection:
        return checkpoint.newest(connection, moment) or EMPTY


def _batches(log: Log, after: int, until: datetime) -> Iterator[Batch]:
    """Batches behind the offset that were recorded by then."""
    while page := log.read(after, PAGE):
        for batch in page:
            if batch.recorded_at > until:
                return
            yield batch
        after = page[-1].offset
