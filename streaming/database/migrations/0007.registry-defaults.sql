-- An area's path is worked out after its row is stored; names of units and devices are looked for by their parts.

ALTER TABLE area ALTER COLUMN path SET DEFAULT '';
CREATE INDEX person_expiry ON person (health_certificate_expires_on) WHERE left_on IS NULL;
