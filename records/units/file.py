"""A unit's file: who it is, its papers, its people, its index as judged now."""

from datetime import date
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.people.masking import masked_name, masked_phone

Row = dict[str, Any]

WHO: LiteralString = """
    SELECT unit.id, unit.name, unit.name_en, unit.social_credit_code, unit.business_type, unit.address, unit.status,
           unit.latitude, unit.longitude, unit.legal_person, unit.phone,
           to_char(unit.opens_at, 'HH24:MI') AS opens_at, to_char(unit.closes_at, 'HH24:MI') AS closes_at,
           jsonb_build_object('id', banner.id, 'zh', banner.name, 'en', banner.name_en) AS banner,
           jsonb_build_object('id', street.id, 'zh', street.name, 'en', street.name_en) AS street,
           (SELECT max(at) FROM fact WHERE fact.unit_id = unit.id AND fact.kind = 'unit_closed'
                                       AND unit.status = 'closed') AS closed_at
      FROM unit
      LEFT JOIN area banner ON banner.id = unit.banner_id
      LEFT JOIN area street ON street.id = unit.street_id
     WHERE unit.id = %s
"""
LICENCES: LiteralString = """
    SELECT kind, number, issued_on, expires_on, expires_on - %(today)s::date AS days
      FROM licence WHERE unit_id = %(unit)s ORDER BY kind
"""
# The newest check of today counts: who failed in the morning may have come again.
PEOPLE: LiteralString = """
    SELECT person.id, person.name, person.role, person.health_certificate_expires_on AS expires_on,
           person.health_certificate_expires_on - %(today)s::date AS days,
           checked.at AS checked_at, checked.passed, checked.reason
      FROM person
      LEFT JOIN LATERAL (
           SELECT at, (body ->> 'passed')::boolean AS passed, body ->> 'reason' AS reason FROM fact
            WHERE fact.unit_id = %(unit)s AND kind = 'morning_check_done' AND body ->> 'person' = person.id
              AND at >= %(today)s::date::timestamptz
            ORDER BY at DESC LIMIT 1) checked ON true
     WHERE person.unit_id = %(unit)s AND person.left_on IS NULL
     ORDER BY array_position('{principal,safety_director,safety_officer}', person.role) NULLS LAST, person.id
"""
INDEX: LiteralString = """
    SELECT total, colour, grade, coverage, dimensions, open_alarms, worst_level, as_of
      FROM unit_state WHERE unit_id = %s
"""
RESULT: LiteralString = "SELECT at, result FROM unit_index WHERE unit_id = %s ORDER BY at DESC LIMIT 1"


def unit_file(connection: Connection, unit: str, today: date, people: bool) -> Row | None:
    """Everything a regulator reads first; without `people` names are masked and phones are left out."""
    with connection.cursor(row_factory=dict_row) as cursor:
        who = cursor.execute(WHO, (unit,)).fetchone()
        if who is None:
            return None
        of = {"unit": unit, "today": today}
        licences = cursor.execute(LICENCES, of).fetchall()
        staff = cursor.execute(PEOPLE, of).fetchall()
        index = cursor.execute(INDEX, (unit,)).fetchone()
        judged = cursor.execute(RESULT, (unit,)).fetchone()
    if not people:
        who |= {"legal_person": masked_name(who["legal_person"]), "phone": masked_phone(who["phone"])}
        staff = [person | {"name": masked_name(person["name"])} for person in staff]
    return {
        **who, "people_shown": people, "licences": licences, "people": staff, "index": index, "today": today,
        "judged": judged["result"] if judged else None, "moved_at": judged["at"] if judged else None,
    }  # fmt: skip
