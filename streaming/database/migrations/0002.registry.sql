-- Who is who: areas, units, devices, licences, people.

CREATE TABLE area (
    id           text PRIMARY KEY,
    parent_id    text REFERENCES area,
    kind         text NOT NULL CHECK (kind IN ('city', 'banner', 'street', 'community')),
    name         text NOT NULL,
    name_en      text NOT NULL DEFAULT '',
    path         text NOT NULL,             -- ordos/kangbashi/hadatu: an area's path begins with its parent's
    latitude     double precision,
    longitude    double precision,
    demonstration boolean NOT NULL DEFAULT false,
    boundary     jsonb                      -- GeoJSON geometry, WGS-84
);
CREATE INDEX area_path ON area (path text_pattern_ops);

CREATE TABLE unit (
    id                 text PRIMARY KEY,
    name               text NOT NULL,
    name_en            text NOT NULL DEFAULT '',
    social_credit_code text UNIQUE,
    business_type      text NOT NULL,
    banner_id          text NOT NULL REFERENCES area,
    street_id          text NOT NULL REFERENCES area,
    area_path          text NOT NULL,
    address            text NOT NULL DEFAULT '',
    latitude           double precision,
    longitude          double precision,
    legal_person       text NOT NULL DEFAULT '',
    phone              text NOT NULL DEFAULT '',
    opens_at           time,
    closes_at          time,
    status             text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'closed')),
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX unit_area ON unit (area_path text_pattern_ops);
CREATE INDEX unit_type ON unit (business_type);

CREATE TABLE device (
    no               int GENERATED ALWAYS AS IDENTITY UNIQUE,
    id               text PRIMARY KEY,
    unit_id          text NOT NULL REFERENCES unit,
    kind             text NOT NULL,         -- key of the catalogue of device types
    name             text NOT NULL DEFAULT '',
    room             text NOT NULL DEFAULT '',
    interval_seconds int NOT NULL,
    vendor           text NOT NULL DEFAULT '',
    model            text NOT NULL DEFAULT '',
    serial           text NOT NULL DEFAULT '',
    public           boolean NOT NULL DEFAULT false,
    settings         jsonb NOT NULL DEFAULT '{}',
    registered_at    timestamptz NOT NULL DEFAULT now(),
    removed_at       timestamptz
);
CREATE INDEX device_of_unit ON device (unit_id);
CREATE INDEX device_of_kind ON device (kind);

-- Other names a device goes by: its name in Zigbee2MQTT, Tasmota, ThingsBoard, Sparkplug B, OPC UA ...
CREATE TABLE device_alias (
    dialect      text NOT NULL,
    alias        text NOT NULL,
    device_id    text NOT NULL REFERENCES device ON DELETE CASCADE,
    PRIMARY KEY (dialect, alias)
);

CREATE TABLE metric (
    no           smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          text NOT NULL UNIQUE
);

CREATE TABLE licence (
    unit_id      text NOT NULL REFERENCES unit,
    kind         text NOT NULL,             -- business_license, food_license
    number       text NOT NULL,
    issued_on    date,
    expires_on   date,
    PRIMARY KEY (unit_id, kind)
);
CREATE INDEX licence_expiry ON licence (expires_on);

CREATE TABLE person (
    id           text PRIMARY KEY,
    unit_id      text NOT NULL REFERENCES unit,
    name         text NOT NULL,
    role         text NOT NULL,             -- safety_officer, safety_director, principal, practitioner
    health_certificate_expires_on date,
    left_on      date
);
CREATE INDEX person_of_unit ON person (unit_id);
