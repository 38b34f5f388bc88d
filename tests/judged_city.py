"""What the judges would have written about the small registry at NOON."""

from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from tests.small_registry import NOON


def a_judged_unit(connection: Connection, unit: str = "U000001", total: float = 87.4, colour: str = "green") -> None:
    dimensions = {"fire": {"score": 100, "weight": 10, "points": 10, "max": 10, "coverage": 1}}
    connection.execute(
        "INSERT INTO unit_state (unit_id, total, colour, grade, coverage, dimensions, open_alarms, as_of)"
        " VALUES (%s, %s, %s, 'good', 0.8, %s, 0, %s)",
        (unit, total, colour, Jsonb(dimensions), NOON),
    )
    facts = ["reading:U000001-FR1:temperature:1"]
    indicators = [{"key": "cold_chain", "dimension": "smart_kitchen", "points": 9, "max": 12, "facts": facts}]
    result = {"unit": unit, "total": total, "dimensions": dimensions, "indicators": indicators, "reasons": ["cold"]}
    connection.execute(
        "INSERT INTO unit_index (unit_id, at, total, colour, grade, coverage, result)"
        " VALUES (%s, %s, %s, %s, 'good', 0.8, %s)",
        (unit, NOON, total, colour, Jsonb(result)),
    )


def a_heard_device(
    connection: Connection,
    device: str = "U000001-FR1",
    online: bool = True,
    at: datetime = NOON,
    **values: float,
) -> None:
    readings: dict[str, Any] = {name: {"value": value, "at": at.isoformat()} for name, value in values.items()}
    connection.execute(
        "INSERT INTO device_state (device_id, unit_id, online, seen_at, changed_at, readings)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (device, device.partition("-")[0], online, at, at, Jsonb(readings)),
    )


def an_alarm(connection: Connection, alarm: str = "A1", minutes: int = 0, state: str = "open", **fields: Any) -> None:
    at = NOON + timedelta(minutes=minutes)
    row = {
        "id": alarm, "rule": "alarm/fridge_temp_humidity/temperature", "incident_id": f"I-{alarm}",
        "unit_id": "U000001", "area_path": "ordos/dongsheng/dongsheng-s01", "device_id": "U000001-FR1",
        "metric": "temperature", "level": 2, "state": state, "since": at, "raised_at": at, "reason": "above",
        "value": 12.0, "limit_text": "0 … 8 °C", **fields,
    }  # fmt: skip
    connection.execute(
        "INSERT INTO incident (id, cause, unit_id, level, opened_at) VALUES (%s, 'device', %s, %s, %s)",
        (row["incident_id"], row["unit_id"], row["level"], at),
    )
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    connection.execute(f"INSERT INTO alarm ({names}) VALUES ({places})", list(row.values()))  # noqa: S608
