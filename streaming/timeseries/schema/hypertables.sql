-- Readings on TimescaleDB: a hypertable that compresses itself, continuous aggregates that answer for the newest
-- readings too. Retention is the jobs' work on both schemas, by the rows of `retention`.

CREATE TABLE reading (
    device_no    int NOT NULL,
    metric_no    smallint NOT NULL,
    at           timestamptz NOT NULL,
    value        double precision NOT NULL,
    quality      smallint NOT NULL DEFAULT 0,
    UNIQUE (device_no, metric_no, at)
);
SELECT create_hypertable('reading', by_range('at', INTERVAL '7 days'), create_default_indexes => false);
CREATE INDEX reading_at ON reading USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

ALTER TABLE reading SET (
    timescaledb.compress, timescaledb.compress_segmentby = 'device_no, metric_no', timescaledb.compress_orderby = 'at'
);
SELECT add_compression_policy('reading', INTERVAL '14 days');

-- TimescaleDB notices late readings by itself, so nothing is late here and what is told about it is not needed.
CREATE VIEW reading_late AS
    SELECT 0 AS device_no, now() AS from_at, now() AS to_at WHERE false;
CREATE RULE reading_late_is_known AS ON INSERT TO reading_late DO INSTEAD NOTHING;
CREATE FUNCTION reading_horizon() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT (-(1::bigint << 62))';

CREATE TABLE rollup (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    zone         text NOT NULL,             -- whose midnight ends a day
    minutes_since timestamptz NOT NULL DEFAULT '1970-01-01 00:00:00+00'  -- earlier minutes are forgotten
);
INSERT INTO rollup (zone) VALUES (:zone);

CREATE MATERIALIZED VIEW reading_minute
  WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT device_no, metric_no, time_bucket('1 minute', at) AS bucket,
       count(*) AS n, min(value) AS vmin, max(value) AS vmax, sum(value) AS vsum
  FROM reading GROUP BY 1, 2, 3 WITH NO DATA;

-- From the readings, not from the minutes: minutes are forgotten long before the last late reading may come.
CREATE MATERIALIZED VIEW reading_hour
  WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT device_no, metric_no, time_bucket('1 hour', at, :zone) AS bucket,
       count(*) AS n, min(value) AS vmin, max(value) AS vmax, sum(value) AS vsum
  FROM reading GROUP BY 1, 2, 3 WITH NO DATA;

CREATE MATERIALIZED VIEW reading_day
  WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT device_no, metric_no, time_bucket('1 day', bucket, :zone) AS bucket,
       sum(n)::bigint AS n, min(vmin) AS vmin, max(vmax) AS vmax, sum(vsum) AS vsum
  FROM reading_hour GROUP BY 1, 2, 3 WITH NO DATA;

-- 399 days back: a late reading may be 400 days old, and what is older than the readings kept must not be made anew.
SELECT add_continuous_aggregate_policy('reading_minute', start_offset => INTERVAL '399 days',
           end_offset => INTERVAL '2 minutes', schedule_interval => INTERVAL '1 minute'),
       add_continuous_aggregate_policy('reading_hour', start_offset => INTERVAL '399 days',
           end_offset => INTERVAL '1 hour', schedule_interval => INTERVAL '10 minutes'),
       add_continuous_aggregate_policy('reading_day', start_offset => INTERVAL '399 days',
           end_offset => INTERVAL '1 day', schedule_interval => INTERVAL '1 hour');
