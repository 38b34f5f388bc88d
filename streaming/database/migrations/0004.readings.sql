-- Readings. Callers use the views reading_minute, reading_hour, reading_day; what is behind them depends on whether
-- TimescaleDB is present.
CREATE TABLE reading (
    device_no    int NOT NULL,
    metric_no    smallint NOT NULL,
    at           timestamptz NOT NULL,
    value        double precision NOT NULL,
    quality      smallint NOT NULL DEFAULT 0,
    UNIQUE (device_no, metric_no, at)
);
