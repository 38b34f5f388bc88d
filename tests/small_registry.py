"""A small registry to start from."""

from datetime import UTC, datetime

from psycopg import Connection

from records.exchange import import_table
from records.sheet import Report
from streaming.log.postgres import PostgresLog

NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)
LOG = PostgresLog("")  # appends with the connection it is given

AREAS = """\
id,parent_id,kind,name,name_en,latitude,longitude,demonstration,boundary
ordos,,city,鄂尔多斯市,Ordos,39.61,109.78,false,
dongsheng,ordos,banner,东胜区,Dongsheng,39.82,110.0,false,
dongsheng-s01,dongsheng,street,交通街道,Jiaotong,39.82,110.0,true,
dongsheng-s02,dongsheng,street,公园街道,Gongyuan,39.83,110.01,false,
kangbashi,ordos,banner,康巴什区,Kangbashi,39.6,109.78,false,
kangbashi-s01,kangbashi,street,哈巴格希街道,Habagexi,39.6,109.78,false,
"""
UNITS = """\
id,name,name_en,social_credit_code,business_type,street_id,address,latitude,longitude,legal_person,phone,opens_at,closes_at
U000001,老绥元烧麦,Old Suiyuan Shaomai,91110000600037341L,medium,dongsheng-s01,交通路1号,39.82,110.0,张三,,06:30,21:00
U000002,第一小学食堂,No. 1 School Canteen,,school,kangbashi-s01,,39.6,109.78,,,,
"""
DEVICES = """\
id,unit_id,kind,name,room,interval_seconds,vendor,model,serial,public,aliases
U000001-FR1,U000001,fridge_temp_humidity,1号冷藏柜,kitchen,300,Sonoff,SNZB-02,A1,false,zigbee2mqtt=kitchen fridge
U000001-CAM1,U000001,network_camera,后厨,kitchen,,,,,true,
U000002-SM1,U000002,smoke_alarm,烟感,kitchen,,,,,false,
"""
LICENCES = """\
unit_id,kind,number,issued_on,expires_on
U000001,food_license,JY21506020001234,2024-03-01,2029-02-28
U000001,business_license,91110000600037341L,2020-03-01,
"""
PEOPLE = """\
id,unit_id,name,role,health_certificate_expires_on
P1,U000001,李四,safety_officer,2027-01-31
P2,U000002,王五,principal,
"""


def imported(connection: Connection, what: str, text: str | bytes, accept_valid: bool = False, now=NOON) -> Report:
    raw = text.encode() if isinstance(text, str) else text
    return import_table(connection, what, raw, now, LOG, accept_valid)


def a_small_registry(connection: Connection) -> None:
    for what, text in (
        ("areas", AREAS), ("units", UNITS), ("devices", DEVICES), ("licences", LICENCES), ("people", PEOPLE),
    ):  # fmt: skip
        imported(connection, what, text)
