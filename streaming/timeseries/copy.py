"""Readings into their table by binary COPY, packed with numpy: the fastest road PostgreSQL has.

Whoever stores a reading must come through here: a reading older than what is rolled up already is noted in
`reading_late` in the same transaction, which is how the roll-ups stay true.
"""

import contextlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from psycopg import Connection
from psycopg.pq import TransactionStatus

Numbers = Sequence[int] | Sequence[float] | npt.NDArray

_COPY = "COPY {table} (device_no, metric_no, at, value, quality) FROM STDIN (FORMAT BINARY)"
_HEADER = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_TRAILER = b"\xff\xff"
_EPOCH_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01

# A row on the wire: the number of fields, then each field behind its length.
_ROW = np.dtype([
    ("fields", ">i2"),
    ("device_length", ">i4"), ("device_no", ">i4"),
    ("metric_length", ">i4"), ("metric_no", ">i2"),
    ("at_length", ">i4"), ("at", ">i8"),
    ("value_length", ">i4"), ("value", ">f8"),
    ("quality_length", ">i4"), ("quality", ">i2"),
])  # fmt: skip
_EMPTY_ROW = np.array([(5, 4, 0, 2, 0, 8, 0, 8, 0, 2, 0)], _ROW)

_LATE = """
    INSERT INTO reading_late (device_no, from_at, to_at)
    SELECT device_no, min(at), max(at)
      FROM unnest(%s::int[], %s::bigint[]) AS late (device_no, micros),
           LATERAL (SELECT timestamptz '2000-01-01 00:00:00+00' + micros * interval '1 microsecond') AS moment (at)
     GROUP BY device_no
"""
_ARRIVING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS arriving (
        device_no int, metric_no smallint, at timestamptz, value double precision, quality smallint
    ) ON COMMIT DELETE ROWS
"""
_MERGE = """
    INSERT INTO reading (device_no, metric_no, at, value, quality)
    SELECT DISTINCT ON (device_no, metric_no, at) device_no, metric_no, at, value, quality FROM arriving
    ON CONFLICT DO NOTHING
    RETURNING device_no, metric_no, (extract(epoch FROM at) * 1000000)::bigint
"""


def copy_readings(
    connection: Connection,
    device_nos: Numbers,
    metric_nos: Numbers,
    ats_micros: Numbers,
    values: Numbers,
    qualities: Numbers | None = None,
) -> None:
    """Store readings; times in microseconds since 1970. Raises UniqueViolation when any is stored already."""
    rows = _pack(device_nos, metric_nos, ats_micros, values, qualities)
    with _transaction(connection):
        _note_late(connection, rows)
        _write(connection, "reading", rows)


def merge_readings(
    connection: Connection,
    device_nos: Numbers,
    metric_nos: Numbers,
    ats_micros: Numbers,
    values: Numbers,
    qualities: Numbers | None = None,
) -> set[tuple[int, int, int]]:
    """Like `copy_readings`, but what is stored already stays as it is. Returns (device, metric, micros) of the new.

    About half as fast: for batches that `copy_readings` has refused.
    """
    rows = _pack(device_nos, metric_nos, ats_micros, values, qualities)
    with _transaction(connection):
        _note_late(connection, rows)
        connection.execute(_ARRIVING)
        connection.execute("TRUNCATE arriving")
        _write(connection, "arriving", rows)
        return {(int(d), int(m), int(at)) for d, m, at in connection.execute(_MERGE).fetchall()}


def write_rows(
    connection: Connection, table: str, device_nos: Numbers, metric_nos: Numbers, ats_micros: Numbers, values: Numbers
) -> None:
    """Binary COPY into a table shaped like `reading`, without looking for late ones: for loaders and measurements."""
    _write(connection, table, _pack(device_nos, metric_nos, ats_micros, values, None))


def packed(device_nos: Numbers, metric_nos: Numbers, ats_micros: Numbers, values: Numbers) -> bytes:
    """The bytes that COPY takes, for measurements."""
    return b"".join((_HEADER, _pack(device_nos, metric_nos, ats_micros, values, None).tobytes(), _TRAILER))


def _pack(
    device_nos: Numbers, metric_nos: Numbers, ats_micros: Numbers, values: Numbers, qualities: Numbers | None
) -> npt.NDArray:
    rows = np.repeat(_EMPTY_ROW, len(device_nos))
    rows["device_no"] = device_nos
    rows["metric_no"] = metric_nos
    rows["at"] = np.asarray(ats_micros, np.int64) - _EPOCH_2000
    rows["value"] = values
    if qualities is not None:
        rows["quality"] = qualities
    return rows


def _write(connection: Connection, table: str, rows: npt.NDArray) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY.format(table=table).encode()) as copy:
        copy.write(b"".join((_HEADER, rows.tobytes(), _TRAILER)))


def _note_late(connection: Connection, rows: npt.NDArray) -> None:
    # From here to the commit nobody moves the line between rolled up and not yet rolled up.
    answer = connection.execute("SELECT reading_horizon()").fetchone()
    late = rows[rows["at"] < (answer[0] - _EPOCH_2000 if answer else 0)]
    if len(late):
        connection.execute(_LATE, (late["device_no"].tolist(), late["at"].tolist()))


def _transaction(connection: Connection) -> contextlib.AbstractContextManager:
    """The caller's transaction; one of our own on a connection that would commit each statement."""
    if connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE:
        return connection.transaction()
    return contextlib.nullcontext()
