-- What the score process needs to write its projections quickly, and to say that an alarm's device has gone silent.

-- Since when the device of an open alarm is silent: whether the fact goes on is then not known.
ALTER TABLE alarm ADD COLUMN silent_since timestamptz;
CREATE INDEX alarm_of_incident ON alarm (incident_id);
CREATE INDEX incident_open ON incident (opened_at) WHERE closed_at IS NULL;
CREATE INDEX device_presence_open ON device_presence (device_id) WHERE until IS NULL;
-- Rewritten with every reading: room on the page keeps the new version beside the old one.
ALTER TABLE device_state SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE unit_state SET (fillfactor = 70);
