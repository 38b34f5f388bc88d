-- Rules as versioned rows, and the city as judged now: written by the score process, read by API and pages.

CREATE TABLE rule (
    key          text NOT NULL,             -- alarm/fridge_temp_humidity/temperature, index/weights, ...
    version      int NOT NULL,
    body         jsonb NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    changed_by   text NOT NULL DEFAULT 'default',
    why          text NOT NULL DEFAULT '',
    PRIMARY KEY (key, version)
);
CREATE VIEW rule_now AS
    SELECT DISTINCT ON (key) key, version, body, changed_at, changed_by, why FROM rule ORDER BY key, version DESC;

CREATE TABLE device_state (
    device_id    text PRIMARY KEY,
    unit_id      text NOT NULL,
    online       boolean,                   -- null: never heard of
    seen_at      timestamptz,               -- newest sign of life
    changed_at   timestamptz,               -- since when online or offline
    readings     jsonb NOT NULL DEFAULT '{}'  -- {"temperature": {"value": 4.2, "at": "..."}}
);
CREATE INDEX device_state_of_unit ON device_state (unit_id);

-- Times a device was online: DEV-06 sums them by day and over seven days.
CREATE TABLE device_presence (
    device_id    text NOT NULL,
    since        timestamptz NOT NULL,
    until        timestamptz,               -- null: still online
    PRIMARY KEY (device_id, since)
);

CREATE TABLE incident (
    id           text PRIMARY KEY,
    cause        text NOT NULL,             -- device, unit_power, ...
    unit_id      text NOT NULL,
    level        int NOT NULL,
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz
);

CREATE TABLE alarm (
    id               text PRIMARY KEY,
    rule             text NOT NULL,
    incident_id      text NOT NULL REFERENCES incident,
    unit_id          text NOT NULL,
    area_path        text NOT NULL DEFAULT '',
    device_id        text,
    metric           text,
    level            int NOT NULL,
    state            text NOT NULL CHECK (state IN ('open', 'acknowledged', 'cleared')),
    since            timestamptz NOT NULL,
    raised_at        timestamptz NOT NULL,
    acknowledged_at  timestamptz,
    acknowledged_by  text,
    comment          text,
    cleared_at       timestamptz,
    reason           text NOT NULL,         -- key of a sentence in the catalogue of texts
    value            double precision,      -- the worst so far
    limit_text       text NOT NULL DEFAULT '',
    changed_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX alarm_open ON alarm (level, raised_at DESC) WHERE state <> 'cleared';
CREATE INDEX alarm_of_unit ON alarm (unit_id, raised_at DESC);
CREATE INDEX alarm_raised ON alarm (raised_at DESC);

CREATE TABLE unit_state (
    unit_id      text PRIMARY KEY,
    total        double precision,          -- food-safety index, null below enough coverage
    colour       text NOT NULL,
    grade        text NOT NULL,
    coverage     double precision NOT NULL,
    dimensions   jsonb NOT NULL,
    open_alarms  int NOT NULL DEFAULT 0,
    worst_level  int,
    as_of        timestamptz NOT NULL
);

-- Every index a unit has had, with its indicators and the facts behind them.
CREATE TABLE unit_index (
    unit_id      text NOT NULL,
    at           timestamptz NOT NULL,
    total        double precision,
    colour       text NOT NULL,
    grade        text NOT NULL,
    coverage     double precision NOT NULL,
    result       jsonb NOT NULL,
    PRIMARY KEY (unit_id, at)
);
