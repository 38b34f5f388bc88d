-- People who sign in, and what each may see: the database itself leaves out what lies outside a person's grid.
--
-- Services own the tables and see everything. Questions asked for a person run as the role sunshine_viewer, with the
-- person's grid in settings of the connection (streaming/database/seen.py): sunshine.all is 'yes' for the whole city;
-- sunshine.areas holds patterns of area paths (ordos/dongsheng/%), sunshine.types business types (none: all of them),
-- sunshine.units single units. Nothing set: nothing seen.

CREATE TABLE role (
    key          text PRIMARY KEY,
    name         text NOT NULL,
    name_en      text NOT NULL,
    permissions  text[] NOT NULL DEFAULT '{}',
    changed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE account (
    id               text PRIMARY KEY,          -- what a person signs in with
    name             text NOT NULL,
    roles            text[] NOT NULL,
    areas            text[] NOT NULL DEFAULT '{}',  -- ids of areas; '*': the whole city, whatever it is called
    types            text[] NOT NULL DEFAULT '{}',  -- business types; empty: all
    units            text[] NOT NULL DEFAULT '{}',  -- single units, for people of a kitchen
    phone            text NOT NULL DEFAULT '',
    remark           text NOT NULL DEFAULT '',
    password_hash    text,                      -- null: signs in elsewhere (OpenID Connect) only
    password_set_at  timestamptz,
    must_change      boolean NOT NULL DEFAULT false,
    failures         int NOT NULL DEFAULT 0,
    locked_until     timestamptz,
    subject          text UNIQUE,               -- at the OpenID Connect provider
    created_at       timestamptz NOT NULL DEFAULT now(),
    created_by       text NOT NULL DEFAULT '',
    signed_in_at     timestamptz,
    disabled_at      timestamptz
);

-- A browser's session or a program's token. Of the secret only the digest is kept.
CREATE TABLE session (
    digest       bytea PRIMARY KEY,
    account_id   text NOT NULL REFERENCES account ON DELETE CASCADE,
    kind         text NOT NULL DEFAULT 'browser' CHECK (kind IN ('browser', 'token')),
    name         text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    address      text NOT NULL DEFAULT '',
    agent        text NOT NULL DEFAULT ''
);
CREATE INDEX session_of_account ON session (account_id);

-- Who did what. Nothing here is ever changed or deleted; the clock's retention goes through its own door (later).
CREATE TABLE audit (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    account_id   text NOT NULL DEFAULT '',      -- '' when nobody was signed in
    account_name text NOT NULL DEFAULT '',
    address      text NOT NULL DEFAULT '',
    protocol     text NOT NULL DEFAULT '',      -- http, live, command line
    action       text NOT NULL,                 -- signed_in, sign_in_refused, viewed, changed, exported ...
    subject      text NOT NULL DEFAULT '',      -- account, role, unit, device, alarm, rule, area, audit ...
    subject_id   text NOT NULL DEFAULT '',
    detail       jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_at ON audit (at DESC);
CREATE INDEX audit_of_account ON audit (account_id, id DESC);
CREATE INDEX audit_of_subject ON audit (subject, subject_id, id DESC);
CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
CREATE TRIGGER audit_rows_stand BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stands();
CREATE TRIGGER audit_stands BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();

-- --- what a person sees

DO $$
BEGIN
    CREATE ROLE sunshine_viewer NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- roles belong to the server, and another database of it has made this one
END $$;
DO $$
BEGIN
    EXECUTE format('GRANT sunshine_viewer TO %I', current_user);
EXCEPTION WHEN unique_violation OR invalid_grant_operation THEN
    NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['area', 'unit', 'device', 'metric', 'licence', 'person', 'device_state', 'device_presence',
                                'incident', 'alarm', 'unit_state', 'unit_index', 'fact', 'rule', 'rule_now',
                                'reading', 'reading_late', 'rollup', 'rollup_minute', 'rollup_hour', 'rollup_day',
                                'reading_minute', 'reading_hour', 'reading_day'] LOOP
        IF to_regclass(name) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON %I TO sunshine_viewer', name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(current_setting('sunshine.all', true), '') = 'yes' $$;
CREATE FUNCTION seen_list(setting text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT coalesce(nullif(current_setting(setting, true), ''), '{}')::text[] $$;

ALTER TABLE unit ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON unit FOR SELECT TO sunshine_viewer USING (
    (SELECT sees_all())
    OR (area_path || '/' LIKE ANY ((SELECT seen_list('sunshine.areas'))::text[])
        AND ((SELECT seen_list('sunshine.types')) = '{}' OR business_type = ANY ((SELECT seen_list('sunshine.types'))::text[])))
    OR id = ANY ((SELECT seen_list('sunshine.units'))::text[])
);

-- Names of areas: those in the grid, those it lies in, and those of single units.
ALTER TABLE area ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON area FOR SELECT TO sunshine_viewer USING (
    (SELECT sees_all())
    OR path || '/' LIKE ANY ((SELECT seen_list('sunshine.areas'))::text[])
    OR EXISTS (SELECT FROM unnest((SELECT seen_list('sunshine.areas'))) AS mine WHERE starts_with(mine, path || '/'))
    OR EXISTS (SELECT FROM unit WHERE unit.id = ANY ((SELECT seen_list('sunshine.units'))::text[])
                                  AND starts_with(unit.area_path || '/', area.path || '/'))
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['device', 'licence', 'person', 'device_state', 'incident', 'alarm', 'unit_state',
                                'unit_index', 'fact'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY seen ON %1$I FOR SELECT TO sunshine_viewer USING (
            (SELECT sees_all()) OR EXISTS (SELECT FROM unit WHERE unit.id = %1$I.unit_id))', name);
    END LOOP;
END $$;
ALTER TABLE device_presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON device_presence FOR SELECT TO sunshine_viewer USING (
    (SELECT sees_all()) OR EXISTS (SELECT FROM device WHERE device.id = device_presence.device_id));
