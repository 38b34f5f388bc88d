"""Units in the database: what an import asks, and what the API and the pages ask."""

from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from records.licences.model import WARN_DAYS

Row = dict[str, Any]

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
           coalesce(to_char(opens_at, 'HH24:MI'), ''), coalesce(to_char(closes_at, 'HH24:MI'), ''),
           status
      FROM unit WHERE id = ANY (%s) ORDER BY id
"""

EXPORT = """
    SELECT id, name, name_en, social_credit_code, business_type, street_id, address, latitude, longitude,
           legal_person, phone, opens_at, closes_at, status
      FROM unit ORDER BY id
"""

CLOSE = "UPDATE unit SET status = 'closed', updated_at = now() WHERE id = %s AND status = 'active' RETURNING id"
CLOSED = "SELECT FROM unit WHERE id = %s"
ONCE_CLOSED = """
    SELECT id FROM unit WHERE id = ANY (%s) AND status = 'active'
       AND EXISTS (SELECT FROM fact WHERE fact.unit_id = unit.id AND fact.kind = 'unit_closed') ORDER BY id
"""
DEVICES_OF = "SELECT id FROM device WHERE unit_id = ANY (%s) AND removed_at IS NULL ORDER BY id"
PEOPLE_OF = "SELECT id FROM person WHERE unit_id = ANY (%s) AND left_on IS NULL ORDER BY id"
LICENCES_OF = "SELECT unit_id, kind FROM licence WHERE unit_id = ANY (%s) ORDER BY unit_id, kind"

_FIELDS = """
    SELECT unit.id, unit.name, unit.name_en, unit.social_credit_code, unit.business_type,
           unit.banner_id AS area_id, unit.street_id, unit.area_path, unit.address, unit.latitude, unit.longitude,
           to_char(unit.opens_at, 'HH24:MI') AS opens_at, to_char(unit.closes_at, 'HH24:MI') AS closes_at, unit.status,
           state.total AS index, coalesce(state.grade, 'none') AS grade, coalesce(state.colour, 'none') AS colour,
           state.coverage, state.dimensions, state.open_alarms, state.worst_level, state.as_of
"""
_FROM = "FROM unit LEFT JOIN unit_state state ON state.unit_id = unit.id"
_JUDGED = f"""{_FIELDS},
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'kind', kind, 'number', number, 'issued_on', issued_on, 'expires_on', expires_on) ORDER BY kind),
                   '[]')
              FROM licence WHERE licence.unit_id = unit.id) AS licences
      {_FROM}
"""  # noqa: S608 (texts of ours)

PAGE = f"""{_JUDGED}
     WHERE unit.id > %(after)s
       AND (%(path)s::text IS NULL OR unit.area_path = %(path)s OR starts_with(unit.area_path, %(path)s || '/'))
       AND (%(type)s::text IS NULL OR unit.business_type = %(type)s)
       AND (%(colour)s::text IS NULL OR coalesce(state.colour, 'none') = %(colour)s)
       AND (%(status)s::text IS NULL OR unit.status = %(status)s)
       AND (%(q)s::text IS NULL OR strpos(lower(concat_ws(' ', unit.name, unit.name_en, unit.id,
                                                          unit.social_credit_code)), lower(%(q)s)) > 0)
     ORDER BY unit.id LIMIT %(limit)s
"""

ONE = f"{_JUDGED} WHERE unit.id = %s"

# One text for all: building 11,266 objects one by one in the program takes five times as long.
# The states of licences are those of records/licences/model.py.
GEOJSON = f"""
    SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
               'type', 'Feature', 'id', whole.id,
               'geometry', CASE WHEN whole.latitude IS NOT NULL THEN json_build_object(
                   'type', 'Point', 'coordinates', json_build_array(whole.longitude, whole.latitude)) END,
               'properties', row_to_json(whole)) ORDER BY whole.id), '[]'))::text
      FROM (SELECT judged.*, coalesce(papers.licences, '[]') AS licences,
                   coalesce(papers.worst, 'missing') AS licence_state
              FROM ({_FIELDS} {_FROM}
                     WHERE (%(path)s::text IS NULL OR unit.area_path = %(path)s
                            OR starts_with(unit.area_path, %(path)s || '/'))
                       AND (%(type)s::text IS NULL OR unit.business_type = %(type)s)
                       AND (%(status)s::text IS NULL OR unit.status = %(status)s)
                       AND (%(colour)s::text IS NULL OR coalesce(state.colour, 'none') = %(colour)s)) judged
              LEFT JOIN (
                   SELECT unit_id,
                          json_agg(json_build_object(
                              'kind', kind, 'number', number, 'issued_on', issued_on, 'expires_on', expires_on,
                              'state', state) ORDER BY kind) AS licences,
                          CASE min(CASE state WHEN 'expired' THEN 1 WHEN 'expiring' THEN 2 ELSE 3 END)
                               WHEN 1 THEN 'expired' WHEN 2 THEN 'expiring' ELSE 'valid' END AS worst
                     FROM (SELECT *, CASE WHEN expires_on < %(today)s THEN 'expired'
                                          WHEN expires_on <= %(today)s + {WARN_DAYS} THEN 'expiring'
                                          ELSE 'valid' END AS state
                             FROM licence) one
                    GROUP BY unit_id) papers ON papers.unit_id = judged.id) whole
"""  # noqa: S608 (texts and a number of ours)

INDEX_AT = """
    SELECT at, total, colour, grade, coverage, result FROM unit_index
     WHERE unit_id = %(unit)s AND (%(at)s::timestamptz IS NULL OR at <= %(at)s) ORDER BY at DESC LIMIT 1
"""

TIMELINE = """
    SELECT id, kind, at, recorded_at, device_id, body FROM fact
     WHERE unit_id = %(unit)s
       AND at >= %(since)s AND at <= %(until)s
       AND (%(kind)s::text IS NULL OR kind = %(kind)s)
       AND (%(at)s::timestamptz IS NULL OR at < %(at)s OR (at = %(at)s AND id > %(after)s))
     ORDER BY at DESC, id LIMIT %(limit)s
"""


class Units:
    """Questions about units as they are judged now. Answers are plain rows."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def page(self, after: str, limit: int, **filters: str | None) -> list[Row]:
        """Units by id, behind `after`. Filters: path (of an area), type, colour, status, q (a part of a name)."""
        values = {"path": None, "type": None, "colour": None, "status": None, "q": None, **filters}
        return self._rows(PAGE, {"after": after, "limit": limit, **values})

    def one(self, unit: str) -> Row | None:
        return next(iter(self._rows(ONE, (unit,))), None)

    def exists(self, unit: str) -> bool:
        return self._connection.execute("SELECT FROM unit WHERE id = %s", (unit,)).fetchone() is not None

    def unknown(self, units: set[str]) -> set[str]:
        """Which of these are not registered."""
        known = self._connection.execute("SELECT id FROM unit WHERE id = ANY (%s)", (list(units),))
        return units - {unit for (unit,) in known}

    def geojson(self, today: date, **filters: str | None) -> str:
        values = {"path": None, "type": None, "colour": None, "status": None, "today": today, **filters}
        row = self._connection.execute(GEOJSON, values).fetchone()
        return str(row[0]) if row else ""

    def index(self, unit: str, at: datetime | None) -> Row | None:
        """The newest judgement, or the one in force at a moment."""
        return next(iter(self._rows(INDEX_AT, {"unit": unit, "at": at})), None)

    def timeline(self, unit: str, since: datetime, until: datetime, limit: int, **more: Any) -> list[Row]:
        """Facts about a unit, newest first, behind (`at`, `after`)."""
        values = {"kind": None, "at": None, "after": "", **more}
        return self._rows(TIMELINE, {"unit": unit, "since": since, "until": until, "limit": limit, **values})

    def _rows(self, query: LiteralString, values: Any) -> list[Row]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, values).fetchall()
