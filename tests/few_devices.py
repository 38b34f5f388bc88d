"""A few devices of one unit, written straight into the tables: for tests of the pipes."""

import psycopg

UNIT = "U000001"


def register(connection: psycopg.Connection, *device_ids: str, kind: str = "fridge_temp_humidity") -> None:
    """Devices of one unit in one street, as the registry would hold them."""
    connection.execute(
        "INSERT INTO area (id, parent_id, kind, name, path) VALUES ('ordos', NULL, 'city', 'Ordos', 'ordos'),"
        " ('dongsheng', 'ordos', 'banner', 'Dongsheng', 'ordos/dongsheng'),"
        " ('dongsheng-s01', 'dongsheng', 'street', 'First', 'ordos/dongsheng/dongsheng-s01') ON CONFLICT DO NOTHING"
    )
    connection.execute(
        "INSERT INTO unit (id, name, business_type, banner_id, street_id, area_path)"
        " VALUES (%s, 'Noodle bar', 'small', 'dongsheng', 'dongsheng-s01', 'ordos/dongsheng/dongsheng-s01')"
        " ON CONFLICT DO NOTHING",
        (UNIT,),
    )
    connection.execute(
        "INSERT INTO device (id, unit_id, kind, interval_seconds) SELECT unnest(%s::text[]), %s, %s, 300",
        (list(device_ids), UNIT, kind),
    )
