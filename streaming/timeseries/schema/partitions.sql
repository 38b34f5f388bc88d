-- Readings on plain PostgreSQL 15 to 18: a partition by month (UTC), roll-up tables that a job fills, and views that
-- add what is not rolled up yet.

CREATE TABLE reading (
    device_no    int NOT NULL,
    metric_no    smallint NOT NULL,
    at           timestamptz NOT NULL,
    value        double precision NOT NULL,
    quality      smallint NOT NULL DEFAULT 0,
    -- With the value in the index a device's day is a few pages that lie together, not a page for each reading.
    UNIQUE (device_no, metric_no, at) INCLUDE (value, quality)
) PARTITION BY RANGE (at);

-- Stored behind the line up to which everything is rolled up: these stretches are rolled up again.
CREATE TABLE reading_late (
    device_no    int NOT NULL,
    from_at      timestamptz NOT NULL,
    to_at        timestamptz NOT NULL
);
CREATE INDEX reading_late_of ON reading_late (device_no);

-- One row. Behind `horizon` a stored reading counts as late; up to `minute_upto` minutes are rolled up, and so on.
-- horizon moves first, while no transaction that stores readings is under way; the others follow.
CREATE TABLE rollup (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    zone         text NOT NULL,             -- whose midnight ends a day
    horizon      timestamptz NOT NULL,
    minute_upto  timestamptz NOT NULL,
    hour_upto    timestamptz NOT NULL,
    day_upto     timestamptz NOT NULL,
    minutes_since timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00'  -- earlier minutes are forgotten
);

-- Inserts go nearly in the order of time, so a block range index finds a stretch of time at almost no cost.
CREATE INDEX reading_at ON reading USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

-- Ingest never fails because a month is missing: what has no partition lands here until the partition is made.
CREATE TABLE reading_stray PARTITION OF reading DEFAULT;

CREATE FUNCTION reading_partition(moment timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
-- Make the partition of the moment's month, with what strayed. False when it is there.
DECLARE
    since timestamptz := date_trunc('month', moment, 'UTC');
    until timestamptz := (date_trunc('month', moment AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    part  text := 'reading_' || to_char(since AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE reading IN SHARE ROW EXCLUSIVE MODE;  -- nobody writes a stray while they move
    -- An index answers alone only for pages that have been vacuumed: a quarter of a million readings is half a day.
    EXECUTE format('CREATE TABLE %I (LIKE reading INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
                    WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 250000)',
                   part);
    EXECUTE format('WITH stray AS (DELETE FROM reading_stray WHERE at >= %L AND at < %L RETURNING *)
                    INSERT INTO %I SELECT * FROM stray', since, until, part);
    EXECUTE format('ALTER TABLE reading ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, since, until);
    RETURN true;
END $$;

-- The whole window in which readings are accepted (400 days back), and three months ahead.
SELECT reading_partition(month)
  FROM generate_series(date_trunc('month', now() - interval '400 days'), now() + interval '3 months', '1 month') month;

CREATE TABLE rollup_minute (
    device_no    int NOT NULL,
    metric_no    smallint NOT NULL,
    bucket       timestamptz NOT NULL,
    n            bigint NOT NULL,
    vmin         double precision NOT NULL,
    vmax         double precision NOT NULL,
    vsum         double precision NOT NULL,
    PRIMARY KEY (device_no, metric_no, bucket) INCLUDE (n, vmin, vmax, vsum)
);
CREATE TABLE rollup_hour (LIKE rollup_minute INCLUDING ALL);
CREATE TABLE rollup_day (LIKE rollup_minute INCLUDING ALL);
ALTER TABLE rollup_minute SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 250000);
ALTER TABLE rollup_hour SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
CREATE INDEX rollup_minute_bucket ON rollup_minute USING brin (bucket) WITH (pages_per_range = 32);
CREATE INDEX rollup_hour_bucket ON rollup_hour USING brin (bucket) WITH (pages_per_range = 32);
CREATE INDEX rollup_day_bucket ON rollup_day USING brin (bucket) WITH (pages_per_range = 32);

INSERT INTO rollup (zone, horizon, minute_upto, hour_upto, day_upto)
SELECT :zone, since, since, since, since FROM date_trunc('day', now(), :zone) AS since;

CREATE FUNCTION reading_horizon() RETURNS bigint LANGUAGE plpgsql AS $$
-- Microseconds since 1970 behind which a reading is late. Until the transaction ends the line stays where it is.
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('sunshine_horizon'));
    RETURN (SELECT (extract(epoch FROM horizon) * 1000000)::bigint FROM rollup);
END $$;

CREATE FUNCTION reading_views(zone text) RETURNS void LANGUAGE plpgsql AS $do$
-- The three views for a time zone. Each has three parts: what is rolled up, what is not yet, and what was rolled up
-- before a late reading came. Callers see the truth at every moment.
BEGIN
    -- Hours follow the city's clock too: where it is half an hour off UTC, days must be made of whole hours.
    EXECUTE format($view$
        CREATE OR REPLACE VIEW reading_minute AS
        SELECT device_no, metric_no, bucket, n, vmin, vmax, vsum FROM rollup_minute m
         WHERE NOT EXISTS (SELECT FROM reading_late l WHERE l.device_no = m.device_no
                              AND l.from_at < m.bucket + interval '1 minute' AND l.to_at >= m.bucket)
        UNION ALL
        SELECT device_no, metric_no, date_trunc('minute', at, %1$L), count(*), min(value), max(value), sum(value)
          FROM reading WHERE at >= (SELECT minute_upto FROM rollup) GROUP BY 1, 2, 3
        UNION ALL
        SELECT s.device_no, r.metric_no, s.bucket, r.n, r.vmin, r.vmax, r.vsum
          FROM (SELECT DISTINCT l.device_no, bucket FROM reading_late l,
                       generate_series(date_trunc('minute', l.from_at, %1$L), l.to_at, '1 minute') bucket
                 WHERE bucket < (SELECT minute_upto FROM rollup)) s,
               LATERAL (SELECT metric_no, count(*) AS n, min(value) AS vmin, max(value) AS vmax, sum(value) AS vsum
                          FROM reading WHERE device_no = s.device_no
                           AND at >= s.bucket AND at < s.bucket + interval '1 minute' GROUP BY metric_no) r
    $view$, zone);
    EXECUTE format($view$
        CREATE OR REPLACE VIEW reading_hour AS
        SELECT device_no, metric_no, bucket, n, vmin, vmax, vsum FROM rollup_hour m
         WHERE NOT EXISTS (SELECT FROM reading_late l WHERE l.device_no = m.device_no
                              AND l.from_at < m.bucket + interval '1 hour' AND l.to_at >= m.bucket)
        UNION ALL
        SELECT device_no, metric_no, date_trunc('hour', at, %1$L), count(*), min(value), max(value), sum(value)
          FROM reading WHERE at >= (SELECT hour_upto FROM rollup) GROUP BY 1, 2, 3
        UNION ALL
        SELECT s.device_no, r.metric_no, s.bucket, r.n, r.vmin, r.vmax, r.vsum
          FROM (SELECT DISTINCT l.device_no, bucket FROM reading_late l,
                       generate_series(date_trunc('hour', l.from_at, %1$L), l.to_at, '1 hour') bucket
                 WHERE bucket < (SELECT hour_upto FROM rollup)) s,
               LATERAL (SELECT metric_no, count(*) AS n, min(value) AS vmin, max(value) AS vmax, sum(value) AS vsum
                          FROM reading WHERE device_no = s.device_no
                           AND at >= s.bucket AND at < s.bucket + interval '1 hour' GROUP BY metric_no) r
    $view$, zone);
    EXECUTE format($view$
        CREATE OR REPLACE VIEW reading_day AS
        SELECT device_no, metric_no, bucket, n, vmin, vmax, vsum FROM rollup_day m
         WHERE NOT EXISTS (SELECT FROM reading_late l WHERE l.device_no = m.device_no AND l.to_at >= m.bucket
                              AND date_trunc('day', l.from_at, %1$L) <= m.bucket)
        UNION ALL
        SELECT device_no, metric_no, date_trunc('day', bucket, %1$L), sum(n)::bigint, min(vmin), max(vmax), sum(vsum)
          FROM reading_hour WHERE bucket >= (SELECT day_upto FROM rollup) GROUP BY 1, 2, 3
        UNION ALL
        SELECT s.device_no, r.metric_no, s.bucket, r.n, r.vmin, r.vmax, r.vsum
          FROM (SELECT DISTINCT l.device_no, day AT TIME ZONE %1$L AS bucket FROM reading_late l,
                       generate_series(date_trunc('day', l.from_at AT TIME ZONE %1$L),
                                       l.to_at AT TIME ZONE %1$L, '1 day') day
                 WHERE day AT TIME ZONE %1$L < (SELECT day_upto FROM rollup)) s,
               LATERAL (SELECT metric_no, sum(n)::bigint AS n, min(vmin) AS vmin, max(vmax) AS vmax, sum(vsum) AS vsum
                          FROM reading_hour WHERE device_no = s.device_no AND bucket >= s.bucket
                           AND bucket < (s.bucket AT TIME ZONE %1$L + interval '1 day') AT TIME ZONE %1$L
                         GROUP BY metric_no) r
    $view$, zone);
END $do$;

SELECT reading_views(:zone);
