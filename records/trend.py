"""How the city, its banners and streets stood every ten minutes, written down so that change can be seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from records.city import CAMERAS

SLOT = timedelta(minutes=10)
FILL_DAYS = 7  # so far back the indexes that are known already are made into a trend at the first run
FILL_SLOT = timedelta(hours=1)
FINE = timedelta(hours=50)  # a longer trend is answered in full hours

# Each thing is counted by unit first; then every unit adds to its city, its banner and its street.
_RECORD = """
    WITH city AS (SELECT id FROM area WHERE kind = 'city' ORDER BY id LIMIT 1),
    devices AS (
        SELECT unit_id, count(*) FILTER (WHERE NOT camera) AS devices, count(*) FILTER (WHERE camera) AS cameras,
               count(online) FILTER (WHERE NOT camera) AS devices_known,
               count(online) FILTER (WHERE camera) AS cameras_known,
               count(*) FILTER (WHERE NOT camera AND online) AS devices_online,
               count(*) FILTER (WHERE camera AND online) AS cameras_online
          FROM (SELECT device.unit_id, device.kind = ANY (%(cameras)s) AS camera, state.online
                  FROM device LEFT JOIN device_state state ON state.device_id = device.id
                 WHERE device.removed_at IS NULL) each_device
         GROUP BY unit_id),
    alarms AS (
        SELECT unit_id, count(*) FILTER (WHERE level = 1) AS one, count(*) FILTER (WHERE level = 2) AS two,
               count(*) FILTER (WHERE level = 3) AS three, count(*) FILTER (WHERE level = 4) AS four
          FROM alarm WHERE state <> 'cleared' GROUP BY unit_id),
    inspected AS (
        SELECT DISTINCT unit_id FROM fact
         WHERE kind = 'self_inspection_done' AND at >= date_trunc('day', %(now)s::timestamptz, %(zone)s)
           AND at <= %(now)s AND body->>'round' = 'daily_control'),
    rectified AS (
        SELECT unit_id, count(*) FILTER (WHERE kind = 'rectification_ordered') AS ordered,
               count(*) FILTER (WHERE kind = 'rectification_closed') AS closed
          FROM fact WHERE kind IN ('rectification_ordered', 'rectification_closed') GROUP BY unit_id),
    placed AS (
        SELECT place.area_id, unit.id AS unit_id
          FROM unit CROSS JOIN LATERAL (
              SELECT id FROM city UNION ALL VALUES (unit.banner_id), (unit.street_id)) AS place (area_id)
         WHERE unit.status = 'active'),
    dimension AS (
        SELECT area_id, jsonb_object_agg(key, round(mean::numeric, 2)) AS means
          FROM (SELECT area_id, key, avg(value::float8) AS mean
                  FROM placed JOIN unit_state USING (unit_id), jsonb_each_text(dimensions)
                 WHERE value IS NOT NULL GROUP BY area_id, key) each_dimension
         GROUP BY area_id)
    INSERT INTO city_trend
    SELECT area_id, %(at)s, count(*), count(state.total), avg(state.total), coalesce(means, '{}'),
           count(*) FILTER (WHERE state.colour = 'green'), count(*) FILTER (WHERE state.colour = 'blue'),
           count(*) FILTER (WHERE state.colour = 'yellow'), count(*) FILTER (WHERE state.colour = 'red'),
           coalesce(sum(devices), 0), CASE WHEN sum(devices_known) > 0 THEN sum(devices_online) END,
           coalesce(sum(cameras), 0), CASE WHEN sum(cameras_known) > 0 THEN sum(cameras_online) END,
           coalesce(sum(one), 0), coalesce(sum(two), 0), coalesce(sum(three), 0), coalesce(sum(four), 0),
           count(inspected.unit_id), coalesce(sum(ordered), 0), coalesce(sum(closed), 0)
      FROM placed
      LEFT JOIN unit_state state USING (unit_id)
      LEFT JOIN devices USING (unit_id)
      LEFT JOIN alarms USING (unit_id)
      LEFT JOIN inspected USING (unit_id)
      LEFT JOIN rectified USING (unit_id)
      LEFT JOIN dimension USING (area_id)
     GROUP BY area_id, means
    ON CONFLICT DO NOTHING
"""

# The indexes that units have had, as steps that add up: no more than one pass over them. A moment counts when half of
# the units had an index; what else was true then nobody wrote down.
_FILL = """
    WITH city AS (SELECT id FROM area WHERE kind = 'city' ORDER BY id LIMIT 1),
    step AS (
        SELECT unit_id, ceil(extract(epoch FROM at) / %(seconds)s) AS slot, total, colour,
               lag(total) OVER mine AS total_before, lag(colour) OVER mine AS colour_before
          FROM unit_index WINDOW mine AS (PARTITION BY unit_id ORDER BY at)),
    moved AS (
        SELECT place.area_id, slot,
               count(total) - count(total_before) AS indexed,
               coalesce(sum(total), 0) - coalesce(sum(total_before), 0) AS total,
               count(*) FILTER (WHERE colour = 'green') - count(*) FILTER (WHERE colour_before = 'green') AS green,
               count(*) FILTER (WHERE colour = 'blue') - count(*) FILTER (WHERE colour_before = 'blue') AS blue,
               count(*) FILTER (WHERE colour = 'yellow') - count(*) FILTER (WHERE colour_before = 'yellow') AS yellow,
               count(*) FILTER (WHERE colour = 'red') - count(*) FILTER (WHERE colour_before = 'red') AS red
          FROM step JOIN unit ON unit.id = step.unit_id
         CROSS JOIN LATERAL (SELECT id FROM city UNION ALL VALUES (unit.banner_id), (unit.street_id)) AS place (area_id)
         WHERE unit.status = 'active' GROUP BY 1, 2),
    stood AS (
        SELECT area_id, slot, sum(indexed) OVER so_far AS indexed, sum(total) OVER so_far AS total,
               sum(green) OVER so_far AS green, sum(blue) OVER so_far AS blue,
               sum(yellow) OVER so_far AS yellow, sum(red) OVER so_far AS red
          FROM moved WINDOW so_far AS (PARTITION BY area_id ORDER BY slot)),
    size AS (SELECT area_id, max(indexed) AS most FROM stood GROUP BY area_id)
    INSERT INTO city_trend (area_id, at, indexed, index_mean, green, blue, yellow, red)
    SELECT area_id, to_timestamp(slot * %(seconds)s), indexed, total / indexed, green, blue, yellow, red
      FROM stood JOIN size USING (area_id)
     WHERE indexed * 2 > most AND to_timestamp(slot * %(seconds)s) BETWEEN %(since)s AND %(until)s
    ON CONFLICT DO NOTHING
"""

_POINTS = """
    SELECT at, sum(units)::int AS units, sum(indexed)::int AS indexed,
           sum(index_mean * indexed) / nullif(sum(indexed) FILTER (WHERE index_mean IS NOT NULL), 0) AS index,
           sum(green)::int AS green, sum(blue)::int AS blue, sum(yellow)::int AS yellow, sum(red)::int AS red,
           (sum(devices_online) + sum(cameras_online))::float8 / nullif(sum(devices) + sum(cameras), 0) AS online_rate,
           sum(devices)::int AS devices, sum(devices_online)::int AS devices_online,
           sum(cameras)::int AS cameras, sum(cameras_online)::int AS cameras_online,
           (sum(alarms_1) + sum(alarms_2) + sum(alarms_3))::int AS alarms,
           sum(alarms_1)::int AS alarms_1, sum(alarms_2)::int AS alarms_2, sum(alarms_3)::int AS alarms_3,
           sum(inspected)::int AS inspected,
           sum(rectify_closed)::float8 / nullif(sum(rectify_ordered), 0) AS rectification_rate
      FROM city_trend
     WHERE area_id = ANY (%(areas)s) AND at >= %(since)s AND (%(fine)s OR at = date_trunc('hour', at))
     GROUP BY at HAVING count(*) = %(parts)s ORDER BY at
"""
_DIMENSIONS = """
    SELECT at, key, sum(value::float8 * indexed) / nullif(sum(indexed), 0)
      FROM city_trend, jsonb_each_text(dimensions)
     WHERE area_id = ANY (%(areas)s) AND at >= %(since)s AND (%(fine)s OR at = date_trunc('hour', at))
     GROUP BY at, key ORDER BY at
"""


def slot_of(now: datetime, slot: timedelta = SLOT) -> datetime:
    """The beginning of the ten minutes; the same in every time zone of whole hours."""
    return now - timedelta(seconds=now.timestamp() % slot.total_seconds())


def record(connection: Connection, now: datetime) -> int:
    """Write down how each area stands, once for each ten minutes; answers how many rows are new."""
    newest = connection.execute("SELECT max(at) FROM city_trend").fetchone()
    if newest and newest[0] and newest[0] >= slot_of(now):
        return 0
    row = connection.execute("SELECT zone FROM rollup").fetchone()
    values = {"now": now, "at": slot_of(now), "cameras": CAMERAS, "zone": row[0] if row else "UTC"}
    with connection.transaction():
        filled = 0 if newest and newest[0] else _fill(connection, now)
        return filled + connection.execute(_RECORD, values).rowcount


def _fill(connection: Connection, now: datetime) -> int:
    values = {
        "seconds": round(FILL_SLOT.total_seconds()),
        "since": now - timedelta(days=FILL_DAYS),
        "until": slot_of(now) - SLOT,
    }
    return connection.execute(_FILL, values).rowcount


def forget(connection: Connection, now: datetime) -> int:
    """Thin out what is older than the rows of `retention` say."""
    days: dict[str, int | None] = dict(connection.execute("SELECT what, days FROM retention").fetchall())
    gone = 0
    if all_days := days.get("trend_all"):
        query = "DELETE FROM city_trend WHERE at < %s AND at <> date_trunc('hour', at)"
        gone += connection.execute(query, (now - timedelta(days=all_days),)).rowcount
    if hour_days := days.get("trend"):
        gone += connection.execute("DELETE FROM city_trend WHERE at < %s", (now - timedelta(days=hour_days),)).rowcount
    return gone


def points(connection: Connection, areas: Sequence[str], since: datetime, now: datetime) -> list[dict[str, Any]]:
    """How the areas stood together, oldest first; several that do not lie in one another add up."""
    first = connection.execute("SELECT min(at) FROM city_trend WHERE area_id = ANY (%s)", (list(areas),)).fetchone()
    begun = max(since, first[0]) if first and first[0] else since
    values = {"areas": list(areas), "since": since, "fine": now - begun <= FINE, "parts": len(set(areas))}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = {row["at"]: row | {"dimensions": {}} for row in cursor.execute(_POINTS, values).fetchall()}
    for at, key, mean in connection.execute(_DIMENSIONS, values).fetchall():
        if at in rows:
            rows[at]["dimensions"][key] = round(mean, 2) if mean is not None else None
    return list(rows.values())


_BEFORE = """
    SELECT area_id AS id, index_mean AS index, at FROM city_trend
     WHERE at = (SELECT at FROM city_trend
                  WHERE at BETWEEN %(then)s - interval '25 minutes' AND %(then)s + interval '25 minutes'
                  ORDER BY abs(extract(epoch FROM at - %(then)s)) LIMIT 1)
"""


def before(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """The index of each area a day ago, else an hour ago; nothing when neither was written down."""
    for then in (now - timedelta(days=1), now - timedelta(hours=1)):
        with connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(_BEFORE, {"then": then}).fetchall()
        if rows:
            return rows
    return []
