-- Readings: what is the same with and without TimescaleDB. The caller goes on with hypertables.sql or partitions.sql.

-- How long things are kept. Rows, so that a city can keep more or less without a new release.
CREATE TABLE retention (
    what         text PRIMARY KEY,
    days         int CHECK (days > 0),      -- null: for ever
    meaning      text NOT NULL
);
INSERT INTO retention (what, days, meaning) VALUES
    ('raw', 400, 'single readings'),
    ('minute', 60, 'roll-up by minute'),
    ('hour', 1100, 'roll-up by hour'),
    ('day', NULL, 'roll-up by day'),
    ('log', 90, 'the log between processes; kept longer for a reader that is behind'),
    ('log_held', 180, 'the longest a reader that no longer reads can hold up the log'),
    ('quarantine', 90, 'messages that could not be understood'),
    ('posted_id', 400, 'ids that senders gave to their readings'),
    ('receipt', 60, 'receipts of acknowledged packets; a broker forgets its clients sooner'),
    ('checkpoint_all', 2, 'every checkpoint'),
    ('checkpoint_hourly', 60, 'the first checkpoint of each hour; the first of each day is kept for ever');
