-- Accounts at work: an audit log whose rows seal each other, passwords that were used before, addresses that guess,
-- and attempts to sign in elsewhere (OpenID Connect).

-- --- the audit log

ALTER TABLE audit ADD COLUMN seal bytea NOT NULL DEFAULT ''::bytea;

-- Where the log begins: the row before its first one. Moved on only by audit_forget.
CREATE TABLE audit_start (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    id    bigint NOT NULL,
    seal  bytea NOT NULL
);
INSERT INTO audit_start (id, seal) VALUES (0, ''::bytea);

-- Registration and its changes are kept for ever: audit_forget moves such rows here before it deletes.
CREATE TABLE audit_registration (LIKE audit);
ALTER TABLE audit_registration ADD PRIMARY KEY (id);

CREATE VIEW audit_all AS SELECT * FROM audit UNION ALL SELECT * FROM audit_registration;

-- What a row says, sealed together with the seal of the row before it.
CREATE FUNCTION audit_seal(previous bytea, said audit) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        said.id, extract(epoch FROM said.at), said.account_id, said.account_name, said.address, said.protocol,
        said.action, said.subject, said.subject_id, said.detail)::text, 'UTF8'))
$$;

-- Rows are numbered without a gap, one writer after the other: each transaction that writes one waits here for the
-- one before it, so the row belongs at the end of a deed.
CREATE FUNCTION audit_joins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('sunshine audit'));
    SELECT id, seal INTO last FROM audit ORDER BY id DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT id, seal INTO last FROM audit_start;
    END IF;
    NEW.id := last.id + 1;
    NEW.at := clock_timestamp();
    NEW.seal := audit_seal(last.seal, NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_joins BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_joins();

CREATE OR REPLACE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('sunshine.audit_door', true) = 'open' THEN
        IF OLD.at < now() - interval '12 months' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only ever added to';
END $$;
CREATE TRIGGER audit_rows_stand BEFORE UPDATE OR DELETE ON audit_registration FOR EACH ROW EXECUTE FUNCTION audit_stands();
CREATE TRIGGER audit_stands BEFORE TRUNCATE ON audit_registration FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();

-- The one door of retention. Whatever it is told, 12 months stay.
CREATE FUNCTION audit_forget(before timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    until audit;
    gone bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('sunshine audit'));
    SELECT * INTO until FROM audit WHERE at < least(before, now() - interval '12 months') ORDER BY id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    PERFORM set_config('sunshine.audit_door', 'open', true);
    INSERT INTO audit_registration SELECT * FROM audit WHERE id <= until.id AND subject IN ('account', 'role');
    DELETE FROM audit WHERE id <= until.id;
    GET DIAGNOSTICS gone = ROW_COUNT;
    UPDATE audit_start SET id = until.id, seal = until.seal;
    PERFORM set_config('sunshine.audit_door', '', true);
    INSERT INTO audit (action, subject, protocol, detail)
    VALUES ('audit_forgotten', 'audit', 'jobs', jsonb_build_object('rows', gone, 'until', until.at));
    RETURN gone;
END $$;

-- --- passwords and guesses

CREATE TABLE password_used (
    account_id     text NOT NULL REFERENCES account,
    password_hash  text NOT NULL,
    set_at         timestamptz NOT NULL
);
CREATE INDEX password_used_of ON password_used (account_id, set_at DESC);
INSERT INTO password_used SELECT id, password_hash, coalesce(password_set_at, now()) FROM account WHERE password_hash IS NOT NULL;

-- A bucket per address that leaks: whoever fills it with failures has to wait.
CREATE TABLE sign_in_guess (
    address   text PRIMARY KEY,
    failures  real NOT NULL,
    at        timestamptz NOT NULL
);

-- Whoever went to the OpenID Connect provider and has not come back yet.
CREATE TABLE oidc_attempt (
    state       text PRIMARY KEY,
    browser     bytea NOT NULL,        -- digest of the cookie of the browser that went
    nonce       text NOT NULL,
    verifier    text NOT NULL,
    next        text NOT NULL DEFAULT '/',
    started_at  timestamptz NOT NULL
);

-- An account is never deleted: who it was stays on record. Its sessions end when it is disabled.
CREATE FUNCTION account_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts are disabled, never deleted';
END $$;
CREATE TRIGGER account_stays BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION account_stays();
