"""Units in the database: what an import asks, and what the API and the pages ask."""

# A row without an id is the unit with its credit code; without either, the one of that name at that address; else
# it is new. So a file without ids can be imported twice.
IDENTIFY = (
    """
    UPDATE incoming SET id = unit.id FROM unit
     WHERE incoming.id IS NULL AND incoming.social_credit_code = unit.social_credit_code
    """,
    """
    UPDATE incoming SET id = (
               SELECT unit.id FROM unit
                WHERE unit.social_credit_code IS NULL AND unit.name = incoming.name
                  AND unit.street_id = incoming.street_id AND unit.address = coalesce(incoming.address, '')
                ORDER BY unit.id LIMIT 1)
     WHERE id IS NULL AND social_credit_code IS NULL
    """,
    """
    UPDATE incoming SET id = 'U' || lpad(n::text, greatest(6, length(n::text)), '0')
      FROM (SELECT row_no,
                   row_number() OVER (ORDER BY row_no) + (
                       SELECT coalesce(max(substr(id, 2)::bigint), 0)
                         FROM (SELECT id FROM unit UNION ALL SELECT id FROM incoming) known
                        WHERE id ~ '^U[0-9]{1,12}$') AS n
              FROM incoming WHERE id IS NULL) nameless
     WHERE nameless.row_no = incoming.row_no
    """,
)

COMPLETE = (
    """
    UPDATE incoming SET area_path = street.path, banner_id = banner.id
      FROM area street LEFT JOIN area banner
        ON banner.kind = 'banner' AND starts_with(street.path, banner.path || '/')
     WHERE street.id = incoming.street_id AND street.kind = 'street'
    """,
)

CHECKS = (
    """
    SELECT row_no, 'street_id', street_id,
           CASE WHEN area.id IS NULL THEN 'unknown street: no area has this id'
                WHEN area.kind <> 'street' THEN 'not a street but a ' || area.kind
                ELSE 'this street lies in no banner' END
      FROM incoming LEFT JOIN area ON area.id = street_id
     WHERE banner_id IS NULL AND street_id IS NOT NULL
    """,
    """
    SELECT incoming.row_no, 'social_credit_code', incoming.social_credit_code, 'the code of another unit: ' || unit.id
      FROM incoming JOIN unit ON unit.social_credit_code = incoming.social_credit_code AND unit.id <> incoming.id
    """,
    """
    SELECT row_no, 'social_credit_code', social_credit_code, 'the same as in row ' || first || ' of this file'
      FROM (SELECT *, min(row_no) OVER (PARTITION BY social_credit_code) AS first FROM incoming
             WHERE social_credit_code IS NOT NULL) coded
     WHERE row_no > first
    """,
    """
    SELECT row_no, CASE WHEN latitude IS NULL THEN 'latitude' ELSE 'longitude' END, '',
           'latitude and longitude come together or not at all'
      FROM incoming WHERE (latitude IS NULL) <> (longitude IS NULL)
    """,
)

NOW_SAY = """
    SELECT id, name, name_en, business_type, banner_id, street_id, latitude, longitude,
           coalesce(to_char(opens_at, 'HH24:MI'), ''), coalesce(to_char(closes_at, 'HH24:MI'), '')
      FROM unit WHERE id = ANY (%s) ORDER BY id
"""

EXPORT = """
    SELECT id, name, name_en, social_credit_code, business_type, street_id, address, latitude, longitude,
           legal_person, phone, opens_at, closes_at
      FROM unit ORDER BY id
"""
