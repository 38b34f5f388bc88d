"""Which devices failed most: alarms of a device of levels 1 to 3 that stood in a stretch of time.

An alarm that began before the stretch and still stood in it counts. Level 4 informs and is no failure. A power cut of a
whole unit is the unit's alarm and no failure of its devices; the minutes offline count all the same.
"""

from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from records.devices.listing import Wanted

MOST = 200

_FAILURES = """
    WITH stood AS (
        SELECT alarm.device_id, alarm.id, alarm.rule, alarm.level, alarm.state, alarm.raised_at,
               alarm.rule = 'alarm/offline/device' AS silent,
               tstzrange(greatest(alarm.since, %(since)s),
                         least(coalesce(alarm.cleared_at, %(until)s), %(until)s)) AS held
          FROM alarm
          JOIN device ON device.id = alarm.device_id AND device.unit_id = alarm.unit_id
          JOIN unit ON unit.id = device.unit_id
         WHERE alarm.level < 4 AND alarm.since < %(until)s
           AND (alarm.cleared_at IS NULL OR alarm.cleared_at > %(since)s)
           AND device.removed_at IS NULL
           AND (%(kinds)s::text[] IS NULL OR device.kind = ANY (%(kinds)s))
           AND (%(area)s::text IS NULL OR unit.banner_id = %(area)s OR unit.street_id = %(area)s)
           AND (%(type)s::text IS NULL OR unit.business_type = %(type)s)
           AND (%(unit)s::text IS NULL OR device.unit_id = %(unit)s)
           AND (%(q)s::text IS NULL OR strpos(lower(concat_ws(' ', device.id, device.name, device.room, unit.name,
                                                              unit.name_en)), lower(%(q)s)) > 0)
    ), ranked AS (
        SELECT device_id, count(*) AS failures, count(*) FILTER (WHERE silent) AS silences, min(level) AS worst,
               count(*) FILTER (WHERE state <> 'cleared') AS open,
               -- Two alarms of one device at the same time last only once.
               (SELECT coalesce(sum(extract(epoch FROM upper(part) - lower(part))), 0)::float8
                  FROM unnest(range_agg(held) FILTER (WHERE NOT silent)) AS part) AS seconds,
               coalesce(max(extract(epoch FROM upper(held) - lower(held))), 0)::float8 AS longest,
               max(raised_at) AS last
          FROM stood GROUP BY device_id
    )
    SELECT ranked.*, device.kind, device.name, device.room, state.online, state.seen_at, device.unit_id AS unit,
           unit.name AS unit_name, unit.name_en AS unit_name_en, unit.street_id AS street,
           presence.offline
      FROM (SELECT ranked.*, count(*) OVER () AS all_devices, sum(failures) OVER ()::int AS all_failures
              FROM ranked ORDER BY failures DESC, seconds DESC, device_id LIMIT %(most)s) AS ranked
      JOIN device ON device.id = ranked.device_id
      JOIN unit ON unit.id = device.unit_id
      LEFT JOIN device_state state ON state.device_id = device.id
      -- Seconds without a sign of life, from the first one on; of one that never gave any, from when it was missed.
     CROSS JOIN LATERAL (
        SELECT greatest(0, extract(epoch FROM %(until)s - greatest(%(since)s, coalesce(min(p.since), state.changed_at)))
                           - coalesce(extract(epoch FROM sum(least(coalesce(p.until, %(until)s), %(until)s)
                                                             - greatest(p.since, %(since)s))
                                              FILTER (WHERE coalesce(p.until, %(until)s) > %(since)s)), 0))::float8
               AS offline
          FROM device_presence p WHERE p.device_id = device.id AND p.since < %(until)s) AS presence
     ORDER BY failures DESC, seconds DESC, ranked.device_id
"""


def failures(connection: Connection, wanted: Wanted, since: datetime, until: datetime) -> dict[str, Any]:
    """The ranking, the most failures first; of equals the one that stood longer."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_FAILURES, {**wanted.values, "since": since, "until": until, "most": MOST}).fetchall()
    counted = rows[0] if rows else {"all_devices": 0, "all_failures": 0}
    totals = {"devices": counted["all_devices"], "failures": counted["all_failures"]}
    return {"since": since, "until": until, **totals, "rows": rows}
