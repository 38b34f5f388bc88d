-- The log, its readers, facts for timelines, and messages that could not be understood.

CREATE TABLE log (
    log_offset   bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    recorded_at  timestamptz NOT NULL,
    count        int NOT NULL,
    payload      bytea NOT NULL
);
CREATE INDEX log_recorded_at ON log USING brin (recorded_at) WITH (pages_per_range = 16);

CREATE TABLE log_reader (
    group_name   text PRIMARY KEY,
    log_offset   bigint NOT NULL,
    updated_at   timestamptz NOT NULL DEFAULT now()
);

-- Every fact but readings (they have their own store), for timelines and explanations.
CREATE TABLE fact (
    id           text PRIMARY KEY,
    kind         text NOT NULL,
    unit_id      text NOT NULL,
    device_id    text,
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    body         jsonb NOT NULL
);
CREATE INDEX fact_of_unit ON fact (unit_id, at DESC, id);
CREATE INDEX fact_of_kind ON fact (kind, at DESC);

-- Ids that senders gave to their readings, so that the same id twice is stored once.
CREATE TABLE posted_id (
    id           text PRIMARY KEY,
    stored_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE quarantine (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at  timestamptz NOT NULL,
    source       text NOT NULL,             -- mqtt, opcua, http
    topic        text NOT NULL,
    payload      bytea NOT NULL,            -- at most 64 KiB of it
    payload_size int NOT NULL,
    reason       text NOT NULL,             -- code: bad_json, wrong_type, not_finite, unknown_device, ...
    detail       text NOT NULL,             -- the reason in words
    device_id    text,                      -- of an unknown device: what it called itself
    resolved_at  timestamptz
);
CREATE INDEX quarantine_waiting ON quarantine (device_id) WHERE resolved_at IS NULL AND device_id IS NOT NULL;
CREATE INDEX quarantine_by_reason ON quarantine (reason, id);

-- What ingest has counted, in the transaction that stored it; one row per process and thing, summed by readers.
CREATE TABLE tally (
    process      text NOT NULL,
    thing        text NOT NULL,             -- readings, duplicates, late, facts, quarantined:<reason>
    total        bigint NOT NULL,
    PRIMARY KEY (process, thing)
);

-- MQTT packets whose transaction committed but whose acknowledgement may not have reached the broker.
CREATE TABLE ingest_receipt (
    client       text NOT NULL,
    stored_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    packets      bytea NOT NULL             -- pairs of (uint16 packet id, uint64 digest)
);
CREATE INDEX ingest_receipt_of ON ingest_receipt (client, stored_at);

CREATE TABLE checkpoint (
    keeper       text NOT NULL,             -- twin, score
    log_offset   bigint NOT NULL,
    recorded_at  timestamptz NOT NULL,
    state        bytea NOT NULL,
    PRIMARY KEY (keeper, log_offset)
);
CREATE INDEX checkpoint_at ON checkpoint (keeper, recorded_at);
