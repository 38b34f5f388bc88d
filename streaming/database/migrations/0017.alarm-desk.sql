-- What people do with alarms: given to somebody, silenced until a time, commented on. Who it was by account and name.

ALTER TABLE alarm
    ADD COLUMN acknowledged_name  text,
    ADD COLUMN assigned_to        text,              -- account; null: nobody's
    ADD COLUMN assigned_name      text,
    ADD COLUMN assigned_at        timestamptz,
    ADD COLUMN silenced_until     timestamptz,       -- null: it calls
    ADD COLUMN silenced_by        text,
    ADD COLUMN silence_reason     text,
    ADD COLUMN comments           int NOT NULL DEFAULT 0;

-- The history of an alarm.
CREATE INDEX fact_of_alarm ON fact ((body ->> 'alarm'), at) WHERE (body ->> 'alarm') IS NOT NULL;
-- How fast alarms are answered, and who answered.
CREATE INDEX alarm_cleared ON alarm (cleared_at DESC, id DESC) WHERE state = 'cleared';
CREATE INDEX alarm_acknowledged ON alarm (acknowledged_at DESC) WHERE acknowledged_at IS NOT NULL;
