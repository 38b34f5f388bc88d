"""A small city of two banners, so full that every question finds something in both. The clerk's is Dongsheng."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg

from scoring.rules import ensure_defaults
from tests.judged_city import a_heard_device, a_judged_unit, an_alarm
from tests.small_registry import AREAS, DEVICES, LICENCES, PEOPLE, UNITS, imported


@dataclass(frozen=True)
class Clerk:
    """Somebody for whom all but U000001 is not there."""

    id: str
    areas: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


CLERKS = (
    Clerk("clerk", areas=("dongsheng",)),
    Clerk("kitchen", units=("U000001",)),
    Clerk("canteens", areas=("*",), types=("medium",)),
)
NOW = datetime.now(UTC).replace(microsecond=0)

# What lies in the other banner, and the same of things that never were.
OUTSIDE = {
    "unit": "U000002", "device": "U000002-SM1", "camera": "U000002-CAM1", "alarm": "A-OUT", "incident": "I-A-OUT",
    "fact": "F-OUT", "reading": f"reading:U000002-SM1:smoke:{round(NOW.timestamp() * 1000)}", "posted": "P-OUT",
    "area": "westland", "street": "westland-s01",
}  # fmt: skip
UNKNOWN = {
    "unit": "U000009", "device": "U000009-SM1", "camera": "U000009-CAM1", "alarm": "A-NOT", "incident": "I-A-NOT",
    "fact": "F-NOT", "reading": f"reading:U000009-SM1:smoke:{round(NOW.timestamp() * 1000)}", "posted": "P-NOT",
    "area": "nowhere-a", "street": "nowhere-a-s1",
}  # fmt: skip
INSIDE = {
    "unit": "U000001", "device": "U000001-FR1", "camera": "U000001-CAM1", "alarm": "A-IN", "incident": "I-A-IN",
    "fact": "F-IN", "reading": f"reading:U000001-FR1:temperature:{round(NOW.timestamp() * 1000)}", "posted": "P-IN",
    "area": "dongsheng", "street": "dongsheng-s01",
}  # fmt: skip

# Nothing of this may appear in any answer: ids, names, people, papers and texts of the other banner. Areas have names
# for those who see one type of business in all of them.
AREA_SECRETS = ("westland", "西境", "Westland", "哈巴格希", "Habagexi")
SECRETS = (
    "U000002", "A-OUT", "F-OUT", "P-OUT", "第一小学",
    "School Canteen", "王五", "JY-OUT", "秘密", "I-A-OUT", "Q-OUT",
)  # fmt: skip

MORE_DEVICES = """\
id,unit_id,kind,name,room,interval_seconds,vendor,model,serial,public,aliases
U000002-CAM1,U000002,network_camera,秘密后厨,kitchen,,,,,true,tasmota=秘密
"""
MORE_LICENCES = """\
unit_id,kind,number,issued_on,expires_on
U000002,food_license,JY-OUT,2024-03-01,2026-12-01
"""


def a_full_city(connection: psycopg.Connection) -> None:
    for what, text in (
        ("areas", AREAS),
        ("units", UNITS),
        ("devices", DEVICES),
        ("licences", LICENCES),
        ("people", PEOPLE),
    ):
        for ours, theirs in (("kangbashi", "westland"), ("康巴什区", "西境旗"), ("Kangbashi", "Westland")):
            text = text.replace(ours, theirs)  # the texts of the pages name real banners
        imported(connection, what, text)
    imported(connection, "devices", MORE_DEVICES)
    imported(connection, "licences", MORE_LICENCES)
    ensure_defaults(connection)
    for unit, device, alarm, colour in (
        ("U000001", "U000001-FR1", "A-IN", "green"),
        ("U000002", "U000002-SM1", "A-OUT", "red"),
    ):
        a_judged_unit(connection, unit, 87.4 if colour == "green" else 41.3, colour)
        a_heard_device(connection, device, at=NOW, **{"smoke" if unit == "U000002" else "temperature": 1.0})
        place = "dongsheng/dongsheng-s01" if unit == "U000001" else "westland/westland-s01"
        an_alarm(connection, alarm, unit_id=unit, device_id=device, area_path=f"ordos/{place}")
        an_alarm(connection, f"{alarm}-2", unit_id=unit, device_id=device, area_path=f"ordos/{place}", state="cleared",
                 cleared_at=NOW, raised_at=NOW - timedelta(hours=1))  # fmt: skip
        _facts(connection, unit, device, "F-IN" if unit == "U000001" else "F-OUT", alarm)
        _readings(connection, device, "smoke" if unit == "U000002" else "temperature")
    connection.execute("INSERT INTO posted_id (id, says) VALUES ('P-OUT', %s)", (OUTSIDE["reading"],))
    connection.execute(
        "INSERT INTO quarantine (received_at, source, topic, payload, payload_size, reason, detail, device_id)"
        " VALUES (now(), 'mqtt', 'Q-OUT', 'U000002', 7, 'unknown_device', '秘密', 'U000002-X')"
    )
    connection.execute(
        "INSERT INTO device_presence (device_id, since) VALUES ('U000002-SM1', %s)", (NOW - timedelta(hours=2),)
    )


def _facts(connection: psycopg.Connection, unit: str, device: str, id: str, alarm: str) -> None:
    said = {
        id: ("complaint_filed", '{"text": "秘密"}' if id == "F-OUT" else "{}"),
        f"{id}-2": ("self_inspection_done", '{"round": "daily_control", "on_time": true}'),
        f"{id}-3": ("rectification_ordered", '{"rectification": "R"}'),
        f"{id}-4": ("morning_check_done", '{"person": "P1", "passed": true, "body_temperature": 36.5}'),
    }
    for name, (kind, body) in said.items():
        connection.execute(
            "INSERT INTO fact (id, unit_id, device_id, kind, at, recorded_at, body)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (name, unit, device, kind, NOW, NOW, body),
        )


def _readings(connection: psycopg.Connection, device: str, metric: str) -> None:
    connection.execute("INSERT INTO metric (key) VALUES (%s) ON CONFLICT DO NOTHING", (metric,))
    connection.execute(
        "INSERT INTO reading (device_no, metric_no, at, value) SELECT device.no, metric.no, %s, 1"
        "  FROM device, metric WHERE device.id = %s AND metric.key = %s",
        (NOW, device, metric),
    )
