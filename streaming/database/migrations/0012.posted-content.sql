-- An id that comes again with other content is told from one that is only sent again. (Empty: from before this.)
ALTER TABLE posted_id ADD COLUMN says text NOT NULL DEFAULT '';

-- The quarantine names the device wherever that is known; only those of unknown devices wait for a registration.
DROP INDEX quarantine_waiting;
CREATE INDEX quarantine_waiting ON quarantine (device_id)
 WHERE resolved_at IS NULL AND device_id IS NOT NULL AND reason = 'unknown_device';
CREATE INDEX quarantine_by_device ON quarantine (device_id, id) WHERE device_id IS NOT NULL;
