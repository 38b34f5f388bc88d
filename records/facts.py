"""One fact by its id, whatever it is: what the indexes, alarms and answers of this product name."""

from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

_FACT: LiteralString = "SELECT id, kind, at, recorded_at, unit_id, device_id, body FROM fact WHERE id = %s"
_POSTED: LiteralString = "SELECT says FROM posted_id WHERE id = %s AND says <> ''"

# A name may hold colons itself, so every place where the device may end is tried.
_READING: LiteralString = """
    SELECT device.id AS device_id, device.unit_id, metric.key AS metric, reading.at, reading.value
      FROM unnest(%(devices)s::text[], %(metrics)s::text[]) AS named (device, metric)
      JOIN device ON device.id = named.device JOIN metric ON metric.key = named.metric
      JOIN reading ON reading.device_no = device.no AND reading.metric_no = metric.no
       AND reading.at = to_timestamp(%(at_ms)s::bigint / 1000) + %(at_ms)s::bigint %% 1000 * interval '1 millisecond'
     LIMIT 1
"""
_FARTHEST = 253_402_300_799_999  # the year 9999


def find(connection: Connection, id: str) -> dict[str, Any] | None:
    """The fact, or the reading `reading:DEVICE:METRIC:MILLISECONDS`, or the one that was posted under this id."""
    found = _one(connection, _FACT, (id,))
    if found is not None:
        return found
    posted = _one(connection, _POSTED, (id,))
    return _reading(connection, id, posted["says"] if posted else id)


def _reading(connection: Connection, id: str, says: str) -> dict[str, Any] | None:
    kind, *parts = says.split(":")
    if kind != "reading" or len(parts) < 3 or not (parts[-1].isascii() and parts[-1].isdigit()):
        return None
    names = parts[:-1]
    at_ms = int(parts[-1][:20])
    if at_ms > _FARTHEST:
        return None
    devices = [":".join(names[:end]) for end in range(1, len(names))]
    metrics = [":".join(names[end:]) for end in range(1, len(names))]
    row = _one(connection, _READING, {"devices": devices, "metrics": metrics, "at_ms": at_ms})
    if row is None:
        return None
    body = {"kind": "reading_taken", "unit": row["unit_id"], "at": row["at"].isoformat(), "device": row["device_id"],
            "metric": row["metric"], "value": row["value"]}  # fmt: skip
    return {
        "id": id, "kind": "reading_taken", "at": row["at"], "recorded_at": None, "unit_id": row["unit_id"],
        "device_id": row["device_id"], "body": body,
    }  # fmt: skip


def _one(connection: Connection, query: LiteralString, values: Any) -> dict[str, Any] | None:
    with connection.cursor(row_factory=dict_row) as rows:
        return rows.execute(query, values).fetchone()
