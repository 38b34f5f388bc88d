"""The regional statistics of an area (SUN-17): people, certificates, patrols, devices, and the five dimensions."""

from datetime import timedelta
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.areas.chosen import Chosen
from records.areas.statistics import STANDINGS, Moment, Sums, counted, rate

STAFF: LiteralString = """
    SELECT area_path, count(*) AS staff, count(*) FILTER (WHERE role = 'principal') AS principals,
           count(*) FILTER (WHERE role = 'safety_director') AS directors,
           count(*) FILTER (WHERE role = 'safety_officer') AS officers,
           count(*) FILTER (WHERE role = 'practitioner') AS practitioners,
           count(*) FILTER (WHERE health_certificate_expires_on >= %(day)s) AS healthy,
           count(*) FILTER (WHERE health_certificate_expires_on BETWEEN %(day)s AND %(soon)s) AS healthy_soon,
           count(*) FILTER (WHERE health_certificate_expires_on < %(day)s) AS unhealthy
      FROM person JOIN chosen ON chosen.id = person.unit_id WHERE left_on IS NULL GROUP BY 1
"""
PAPERS: LiteralString = """
    SELECT area_path, count(*) AS papers_valid FROM licence JOIN chosen ON chosen.id = licence.unit_id
     WHERE kind IN ('business_license', 'food_license') AND (expires_on IS NULL OR expires_on >= %(day)s) GROUP BY 1
"""
INSPECTIONS: LiteralString = """
    SELECT area_path, count(*) AS inspections, count(DISTINCT fact.unit_id) AS patrolled,
           count(*) FILTER (WHERE NOT (body->>'passed')::boolean) AS failed
      FROM fact JOIN chosen ON chosen.id = fact.unit_id
     WHERE kind = 'inspection_finished' AND at >= %(days_90)s GROUP BY 1
"""
ROUNDS: LiteralString = """
    SELECT area_path, count(*) AS unit_days, count(*) FILTER (WHERE on_time) AS unit_days_on_time,
           coalesce(sum(findings), 0)::int AS findings
      FROM (SELECT unit_id, bool_or((body->>'on_time')::boolean) AS on_time, sum((body->>'findings')::int) AS findings
              FROM fact
             WHERE kind = 'self_inspection_done' AND at >= %(week)s AND at < %(today)s
               AND body->>'round' = 'daily_control'
             GROUP BY unit_id, date_bin('1 day', at, %(today)s)) done
      JOIN chosen ON chosen.id = done.unit_id GROUP BY 1
"""
COMPLAINTS: LiteralString = """
    SELECT area_path, count(*) FILTER (WHERE kind = 'complaint_filed') AS complaints,
           count(*) FILTER (WHERE kind = 'complaint_closed') AS complaints_closed,
           count(*) FILTER (WHERE kind = 'complaint_closed' AND (body->>'upheld')::boolean) AS complaints_upheld
      FROM fact JOIN chosen ON chosen.id = fact.unit_id
     WHERE kind IN ('complaint_filed', 'complaint_closed') AND at >= %(days_30)s GROUP BY 1
"""
RATINGS: LiteralString = """
    SELECT area_path, count(*) AS ratings, sum((body->>'stars')::float8) AS stars
      FROM fact JOIN chosen ON chosen.id = fact.unit_id
     WHERE kind = 'rating_given' AND at >= %(days_30)s GROUP BY 1
"""
OPEN: LiteralString = """
    SELECT area_path, count(DISTINCT unit_id) AS shown FROM device JOIN chosen ON chosen.id = device.unit_id
     WHERE public AND removed_at IS NULL GROUP BY 1
"""
FIELDS = 8  # of a unit's entry, counted below
COMPLETE: LiteralString = """
    SELECT chosen.area_path,
           sum((name <> '')::int + (address <> '')::int + (legal_person <> '')::int + (phone <> '')::int
               + (social_credit_code IS NOT NULL)::int + (latitude IS NOT NULL)::int + (opens_at IS NOT NULL)::int
               + (officer.unit_id IS NOT NULL)::int)::int AS fields
      FROM unit JOIN chosen USING (id)
      LEFT JOIN (SELECT DISTINCT unit_id FROM person WHERE role = 'safety_officer' AND left_on IS NULL) officer
             ON officer.unit_id = unit.id
     GROUP BY 1
"""
QUESTIONS = (*STANDINGS, STAFF, PAPERS, INSPECTIONS, ROUNDS, COMPLAINTS, RATINGS, OPEN, COMPLETE)
BY_KIND: LiteralString = """
    SELECT kind, count(*) AS devices, count(online) AS heard, count(*) FILTER (WHERE online) AS online
      FROM device JOIN chosen ON chosen.id = device.unit_id
      LEFT JOIN device_state ON device_state.device_id = device.id
     WHERE device.removed_at IS NULL GROUP BY 1 ORDER BY 2 DESC, 1
"""
FIRST_ROUND: LiteralString = """
    SELECT min(at) FROM fact
     WHERE kind = 'self_inspection_done' AND at >= %(week)s AND body->>'round' = 'daily_control'
"""

COUNTED = (
    "staff", "principals", "directors", "officers", "practitioners", "healthy", "healthy_soon", "unhealthy",
    "inspections", "patrolled", "failed", "unit_days", "unit_days_on_time", "findings", "complaints",
    "complaints_closed", "complaints_upheld", "ratings",
)  # fmt: skip
Dimension = dict[str, float | int | None]


def regional(connection: Connection, chosen: Chosen, moment: Moment) -> tuple[dict[str, Sums], int]:
    """All sums by path, and how many days of the last seven anybody's daily control is known of."""
    row = connection.execute(FIRST_ROUND, moment.values).fetchone()
    first = row[0] if row else None
    known = 0
    if first is not None:
        known = min(7, max(0, -(-(moment.midnight - first) // timedelta(days=1))))
    return counted(connection, chosen, moment, QUESTIONS), known


def by_kind(connection: Connection, chosen: Chosen) -> list[dict[str, Any]]:
    """Devices of each kind and how many are online (DEV-03)."""
    query: LiteralString = f"WITH chosen AS MATERIALIZED ({chosen.units}) {BY_KIND}"
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query, chosen.values).fetchall()
    return [
        {"kind": row["kind"], "devices": row["devices"], "online": row["online"] if row["heard"] else None}
        for row in rows
    ]


def numbers(sums: Sums) -> dict[str, Any]:
    """What was counted, as it is."""
    found: dict[str, Any] = {name: sums[name] for name in COUNTED}
    found["no_certificate"] = sums["staff"] - sums["healthy"] - sums["unhealthy"]
    found["stars"] = round(sums["stars"] / sums["ratings"], 2) if sums["ratings"] else None
    return found


def dimensions(sums: Sums, days: int) -> dict[str, Dimension]:
    """Each a share with the numbers behind it; `docs/pages.md` has them in words."""
    return {
        "openness": _share(sums["shown"], sums["units"]),
        "completeness": _share(sums["fields"], FIELDS * sums["units"]),
        "certificates": _share(sums["papers_valid"] + sums["healthy"], 2 * sums["units"] + sums["staff"]),
        "patrols": _share(sums["patrolled"], sums["units"]),
        "self_inspection": _share(sums["unit_days_on_time"], days * sums["units"]),
    }


def _share(part: int, whole: int) -> Dimension:
    return {"rate": rate(part, whole), "part": part, "whole": whole}
