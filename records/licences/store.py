"""Licences in the database."""

CHECKS = (
    """
    SELECT row_no, 'unit_id', unit_id, 'unknown unit: register it first'
      FROM incoming WHERE unit_id IS NOT NULL AND NOT EXISTS (SELECT FROM unit WHERE unit.id = unit_id)
    """,
    """
    SELECT row_no, 'expires_on', expires_on::text, 'before the day it was issued on, ' || issued_on
      FROM incoming WHERE expires_on < issued_on
    """,
)

NOW_SAY = """
    SELECT unit_id, kind, number, expires_on FROM licence
      JOIN unnest(%s::text[], %s::text[]) AS told (unit_id, kind) USING (unit_id, kind)
     ORDER BY unit_id, kind
"""

EXPORT = "SELECT unit_id, kind, number, issued_on, expires_on FROM licence ORDER BY unit_id, kind"
