"""People in the database."""

CHECKS = (
    """
    SELECT row_no, 'unit_id', unit_id, 'unknown unit: register it first'
      FROM incoming WHERE unit_id IS NOT NULL AND NOT EXISTS (SELECT FROM unit WHERE unit.id = unit_id)
    """,
)

NOW_SAY = """
    SELECT id, unit_id, role, health_certificate_expires_on, left_on IS NOT NULL
      FROM person WHERE id = ANY (%s) ORDER BY id
"""

EXPORT = "SELECT id, unit_id, name, role, health_certificate_expires_on FROM person ORDER BY id"
