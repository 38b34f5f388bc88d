"""Devices in the database: what an import asks."""

from sensors.catalogue import CATALOGUE

_USUAL_INTERVALS = ", ".join(f"('{kind.key}', {kind.interval_seconds})" for kind in CATALOGUE.values())

COMPLETE = (
    f"""
    UPDATE incoming SET interval_seconds = usual.seconds FROM (VALUES {_USUAL_INTERVALS}) AS usual (kind, seconds)
     WHERE incoming.interval_seconds IS NULL AND incoming.kind = usual.kind
    """,  # noqa: S608 (keys and numbers of the catalogue)
)

CHECKS = (
    """
    SELECT row_no, 'unit_id', unit_id, 'unknown unit: register it first'
      FROM incoming WHERE unit_id IS NOT NULL AND NOT EXISTS (SELECT FROM unit WHERE unit.id = unit_id)
    """,
    """
    SELECT row_no, 'aliases', pair->>0 || '=' || (pair->>1), 'the other name of another device: ' || known.device_id
      FROM incoming, jsonb_array_elements(aliases) pair
      JOIN device_alias known ON known.dialect = pair->>0 AND known.alias = pair->>1
     WHERE known.device_id <> incoming.id
    """,
    """
    SELECT row_no, 'aliases', dialect || '=' || alias, 'the same as in row ' || first || ' of this file'
      FROM (SELECT row_no, pair->>0 AS dialect, pair->>1 AS alias,
                   min(row_no) OVER (PARTITION BY pair->>0, pair->>1) AS first
              FROM incoming, jsonb_array_elements(aliases) pair) named
     WHERE row_no > first
    """,
)

MOVING = """
    SELECT device.id, device.unit_id FROM incoming JOIN device USING (id)
     WHERE device.unit_id <> incoming.unit_id AND device.removed_at IS NULL ORDER BY device.id
"""

FORGET_ALIASES = """
    DELETE FROM device_alias USING incoming
     WHERE device_id = incoming.id AND aliases IS NOT NULL
       AND NOT aliases @> jsonb_build_array(jsonb_build_array(dialect, alias))
 RETURNING device_id
"""

ADD_ALIASES = """
    INSERT INTO device_alias (dialect, alias, device_id)
    SELECT pair->>0, pair->>1, id FROM incoming, jsonb_array_elements(aliases) pair
    ON CONFLICT DO NOTHING RETURNING device_id
"""

REMOVE = "UPDATE device SET removed_at = %s WHERE id = %s AND removed_at IS NULL RETURNING unit_id"

NOW_SAY = """
    SELECT id, unit_id, kind, name, room, interval_seconds, public FROM device WHERE id = ANY (%s) ORDER BY id
"""

EXPORT = """
    SELECT id, unit_id, kind, name, room, interval_seconds, vendor, model, serial, public,
           (SELECT coalesce(string_agg(dialect || '=' || alias, ';' ORDER BY dialect, alias), '')
              FROM device_alias WHERE device_id = device.id)
      FROM device WHERE removed_at IS NULL ORDER BY id
"""
