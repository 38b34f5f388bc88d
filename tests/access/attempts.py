"""What a clerk of one banner tries in order to see another banner's unit: at every route, by every way we know.

A route of the server that has no line here fails the test. `{unit}`, `{area}` ... stand for things of the other banner;
such an attempt must be answered as if they had never existed. Every answer at all must be free of the other banner.
"""

from dataclasses import dataclass
from typing import Any

from tests.access.world import NOW


@dataclass(frozen=True)
class Try:
    path: str
    body: Any = None
    file: str | None = None  # sent instead of JSON


OTHER_DEVICE = {"id": "U000001-FR8", "unit_id": "{unit}", "kind": "fridge_temp_humidity"}
STAR = {"kind": "rating_given", "unit": "{unit}", "stars": 1, "id": "told", "at": "2026-06-18T12:00:00+08:00"}
READING = {"kind": "reading_taken", "device": "{device}", "metric": "smoke", "value": 1, "at": "2026-06-18T12:00:00Z"}
KNOWN = {"kind": "rating_given", "unit": "U000001", "stars": 1, "at": "2026-06-18T12:00:00+08:00"}
PROMISE = {"kind": "rating_given", "unit": "U000001", "device": "{device}", "stars": 1}
AREA_FILE = "id,parent_id,kind,name\n{area},dongsheng,street,x\n"


HOUR = 3_600_000
STRETCH = f"since={round(NOW.timestamp() * 1000) - HOUR}&until={round(NOW.timestamp() * 1000) + HOUR}"


def lists(path: str, *more: str) -> list[Try]:
    return [Try(path), *(Try(f"{path}?{query}") for query in more)]


def gets(*paths: str) -> list[Try]:
    return [Try(path) for path in paths]


API: dict[str, list[Try]] = {
    "GET /city": lists("/city"),
    "GET /areas": lists(
        "/areas", "area={area}", "area={street}", "kind=street", "limit=1&cursor=WyJvcmRvcy9kb25nc2hlbmciXQ"
    ),
    "GET /areas/{id}": gets("/areas/{area}", "/areas/{street}"),
    "GET /units": lists(
        "/units",
        "area={area}",
        "area={street}",
        "q={unit}",
        "q=%E5%B0%8F%E5%AD%A6",
        "type=school",
        "colour=red",
        "status=all",
        "cursor=WyJVMDAwMDAxIl0",
        "limit=1",
    ),
    "GET /units.geojson": lists("/units.geojson", "area={area}", "type=school", "colour=red", "status=all"),
    "GET /units/{id}": gets("/units/{unit}"),
    "DELETE /units/{id}": gets("/units/{unit}", "/units/{unit}?reason=x"),
    "GET /units/{id}/index": gets("/units/{unit}/index", "/units/{unit}/index?at=2030-01-01T00:00:00Z"),
    "GET /units/{id}/timeline": gets("/units/{unit}/timeline", "/units/{unit}/timeline?kind=complaint_filed"),
    "GET /devices": lists(
        "/devices",
        "unit={unit}",
        "area={area}",
        "kind=smoke_alarm",
        "family=sensor",
        "online=true",
        "cursor=WyJVMDAwMDAxLUZSMSJd",
    ),
    "POST /devices": [
        Try("/devices", OTHER_DEVICE),
        Try("/devices", {"id": "{device}", "unit_id": "U000001", "kind": "smoke_alarm"}),
        Try("/devices", {"id": "{device}", "kind": "smoke_alarm"}),
    ],
    "GET /devices/{id}": gets("/devices/{device}"),
    "PATCH /devices/{id}": [
        Try("/devices/{device}", {"name": "x"}),
        Try("/devices/U000001-FR1", {"unit_id": "{unit}"}),
    ],
    "DELETE /devices/{id}": gets("/devices/{device}"),
    "POST /devices/{id}/commands": [Try("/devices/{device}/commands", {"command": "self_test"})],
    "GET /devices/{id}/readings": gets(
        "/devices/{device}/readings", "/devices/{device}/readings?metric=smoke&bucket=1h"
    ),
    "GET /cameras": lists("/cameras", "unit={unit}", "area={area}", "online=false"),
    "GET /cameras/{id}": gets("/cameras/{camera}"),
    "GET /cameras/{id}/snapshot.jpg": gets("/cameras/{camera}/snapshot.jpg"),
    "GET /alarms": lists(
        "/alarms",
        "unit={unit}",
        "device={device}",
        "area={area}",
        "state=active",
        "state=cleared",
        "level=2",
        "limit=1",
    ),
    "GET /alarms/{id}": gets("/alarms/{alarm}"),
    "POST /alarms/{id}/acknowledge": [Try("/alarms/{alarm}/acknowledge", {"comment": "x"})],
    "POST /events": [
        Try("/events", STAR),
        Try("/events", READING),
        Try("/events", PROMISE),
        Try("/events", {**KNOWN, "id": "{fact}"}),
        Try("/events", {**KNOWN, "id": "{posted}"}),
        Try("/events", {**KNOWN, "id": "{reading}"}),
        Try("/events", [STAR, READING]),
    ],
    "GET /facts/{id}": gets("/facts/{fact}", "/facts/{reading}", "/facts/{posted}"),
    "GET /quarantine": lists("/quarantine", "device={device}"),
    "GET /rules": lists("/rules"),
    "GET /rules/{key}": gets("/rules/alarm/smoke_alarm/smoke"),
    "PUT /rules/{key}": [Try("/rules/index/weights", {"body": {}, "why": "x"})],
    "POST /import/{what}": [
        Try("/import/areas", file=AREA_FILE),
        Try("/import/units", file="id,name\n{unit},x\n"),
        Try("/import/devices", file="id,unit_id\n{device},U000001\n"),
        Try("/import/people", file="id,unit_id\nP2,U000001\n"),
    ],
    "POST /import/boundaries": [Try("/import/boundaries", {"type": "FeatureCollection", "features": []})],
    "GET /export/boundaries.geojson": gets("/export/boundaries.geojson"),
    "GET /export/{what}.{form}": gets(
        *(f"/export/{what}.csv" for what in ("areas", "units", "devices", "licences", "people"))
    ),
}

PAGES = gets(
    "/",
    "/wall",
    "/alarms",
    "/alarms/{alarm}",
    "/incidents/{incident}",
    "/areas/{area}",
    "/units/{unit}",
    "/devices",
    "/devices/{device}",
    "/licences",
    "/compare?units=U000001,{unit}",
    "/compare?devices={device}",
    "/sign-in",
    "/account",
    "/account/password",
    "/admin",
    "/admin/accounts",
    "/admin/accounts/clerk",
    "/admin/areas",
    "/admin/audit",
    "/admin/roles",
)

WEB: dict[str, list[Try]] = {
    "GET /": gets("/"),
    "GET /city/areas.json": lists("/city/areas.json"),
    "GET /city/history.json": gets("/city/history.json?k={device}|smoke"),
    "GET /city/limits.json": gets("/city/limits.json"),
    "GET /city/names.json": gets("/city/names.json"),
    "GET /city/search.json": gets(
        "/city/search.json?q={unit}",
        "/city/search.json?q={device}",
        "/city/search.json?q=%E5%B0%8F",
        "/city/search.json?q=U",
    ),
    "GET /city/units.bin": gets("/city/units.bin"),
    "GET /city/units/<path:id>.json": gets("/city/units/{unit}.json"),
    "GET /city/change.json": gets("/city/change.json", "/city/change.json?area={area}"),
    "GET /city/done/<path:unit>.json": gets("/city/done/{unit}.json"),
    "GET /city/duty.json": gets("/city/duty.json"),
    "GET /city/layers/cameras.json": gets("/city/layers/cameras.json"),
    "GET /city/layers/mobile.json": gets("/city/layers/mobile.json"),
    "GET /city/layers/targets.json": gets("/city/layers/targets.json"),
    "GET /city/lists.json": gets("/city/lists.json"),
    "GET /city/offline.json": gets("/city/offline.json"),
    "GET /city/standing.json": gets("/city/standing.json"),
    "GET /city/trend.json": gets("/city/trend.json", "/city/trend.json?area={area}"),
    "GET /data/alarms/closed.json": gets(
        "/data/alarms/closed.json",
        "/data/alarms/closed.json?unit={unit}",
        "/data/alarms/closed.json?area={area}",
    ),
    "GET /data/alarms/closed.<any(csv, xlsx):kind>": gets(
        "/data/alarms/closed.csv", "/data/alarms/closed.csv?unit={unit}", "/data/alarms/closed.csv?area={area}"
    ),
    "POST /data/alarms/deeds": [
        Try(
            "/data/alarms/deeds",
            {"deed": deed, "alarms": ["{alarm}"], "text": "x", "comment": "x", "to": "clerk", "hours": 1},
        )
        for deed in ("acknowledge", "assign", "comment", "silence", "unsilence")
    ],
    "GET /data/alarms/load.json": gets("/data/alarms/load.json"),
    "GET /data/alarms/one/<path:id>": gets("/data/alarms/one/{alarm}"),
    "GET /data/alarms/people.json": gets("/data/alarms/people.json", "/data/alarms/people.json?alarm={alarm}"),
    "GET /data/incidents/<path:id>": gets("/data/incidents/{incident}"),
    "GET /data/areas/<path:id>/hazards": gets("/data/areas/{area}/hazards", "/data/areas/ordos/hazards"),
    "GET /data/areas/<path:id>/statistics": gets("/data/areas/{area}/statistics", "/data/areas/ordos/statistics"),
    "GET /data/places": gets("/data/places"),
    "GET /data/places/units": lists(
        "/data/places/units",
        "area={area}",
        "area=ordos&q={unit}",
        "area=ordos&sort=index",
        "area=ordos&sort=name&down=1",
        "area=ordos&offset=1",
    ),
    "GET /data/places/units.<form>": gets("/data/places/units.csv", "/data/places/units.csv?area={area}"),
    "POST /data/boundaries": [Try("/data/boundaries", {"type": "FeatureCollection", "features": []})],
    "GET /data/boundaries.geojson": gets("/data/boundaries.geojson"),
    "GET /data/boundaries.json": gets("/data/boundaries.json"),
    "GET /data/compare/devices": gets(
        "/data/compare/devices?devices={device}", "/data/compare/devices?devices=U000001-FR1,{device}"
    ),
    "GET /data/compare/units": gets("/data/compare/units?units={unit}", "/data/compare/units?units=U000001,{unit}"),
    "GET /data/devices.json": lists(
        "/data/devices.json",
        "unit={unit}",
        "area={area}",
        "q={device}",
        "sort=unit",
        "sort=unit&down",
        "page=1",
    ),
    "GET /data/devices/<path:id>.json": gets("/data/devices/{device}.json"),
    "GET /data/devices/<path:id>/chart.json": gets(f"/data/devices/{{device}}/chart.json?metric=temperature&{STRETCH}"),
    "GET /data/devices/<path:id>/days.json": gets(f"/data/devices/{{device}}/days.json?metric=temperature&{STRETCH}"),
    "GET /data/devices/<path:id>/export": gets(f"/data/devices/{{device}}/export?metric=temperature&{STRETCH}"),
    "GET /data/devices/<path:id>/readings.json": gets(
        f"/data/devices/{{device}}/readings.json?metric=temperature&{STRETCH}"
    ),
    "GET /data/devices/export": gets("/data/devices/export", "/data/devices/export?area={area}"),
    "GET /data/devices/failures.json": gets("/data/devices/failures.json", "/data/devices/failures.json?area={area}"),
    "GET /data/devices/rates.json": gets("/data/devices/rates.json", "/data/devices/rates.json?area={area}"),
    "GET /data/licences": lists("/data/licences", "area={area}", "unit={unit}", "q={unit}"),
    "GET /data/licences.<form>": gets("/data/licences.csv", "/data/licences.csv?area={area}"),
    "GET /data/units/<path:id>/alarms": gets("/data/units/{unit}/alarms"),
    "GET /data/units/<path:id>/facts": gets("/data/units/{unit}/facts", "/data/units/{unit}/facts?fact={fact}"),
    "GET /data/units/<path:id>/file": gets("/data/units/{unit}/file"),
    "GET /data/units/<path:id>/index": gets("/data/units/{unit}/index"),
    "GET /data/units/<path:id>/moves": gets("/data/units/{unit}/moves"),
    "GET /data/units/<path:id>/neighbours": gets("/data/units/{unit}/neighbours", "/data/units/U000001/neighbours"),
    "GET /data/people/accounts": gets("/data/people/accounts"),
    "POST /data/people/accounts": [
        Try("/data/people/accounts", {"id": "mate", "units": ["{unit}"], "password": "Sunshine-2026!"})
    ],
    "GET /data/people/accounts/<id>": gets("/data/people/accounts/clerk"),
    "PUT /data/people/accounts/<id>": [Try("/data/people/accounts/clerk", {"areas": ["{area}"], "units": ["{unit}"]})],
    "POST /data/people/accounts/<id>/<what>": [Try("/data/people/accounts/clerk/enable", {})],
    "GET /data/people/audit": gets("/data/people/audit", "/data/people/audit?q={unit}"),
    "GET /data/people/audit.<kind>": gets("/data/people/audit.csv"),
    "GET /data/people/audit/check": gets("/data/people/audit/check"),
    "GET /data/people/choices": gets("/data/people/choices"),
    "GET /data/people/me": gets("/data/people/me"),
    "POST /data/people/password": [Try("/data/people/password", {"old": "x", "new": "y"})],
    "GET /data/people/roles": gets("/data/people/roles"),
    "PUT /data/people/roles/<key>": [Try("/data/people/roles/shift_leader", {"permissions": ["accounts"]})],
    "DELETE /data/people/roles/<key>": gets("/data/people/roles/shift_leader"),
    "DELETE /data/people/sessions/<id>": gets("/data/people/sessions/0123456789ab"),
    "POST /data/people/tokens": [Try("/data/people/tokens", {"name": "", "days": 0})],
    "GET /data/people/units": gets("/data/people/units?q={unit}", "/data/people/units?q=U"),
}

# Of these nobody learns anything but about the server and the person who asks.
NOTHING_OF_THE_CITY = {
    "GET /assets/<version>/<path:name>",
    "GET /build",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "GET /session",
    "POST /session",
    "POST /sign-in",
    "POST /sign-out",
    "GET /static/<path:filename>",
    "GET /oidc/start",
    "GET /oidc/back",
}
