-- What else a person's questions to the API meet.

-- An area that the grid lies in is seen by its name also where its id holds a character that means something in patterns.
DROP POLICY seen ON area;
CREATE POLICY seen ON area FOR SELECT TO sunshine_viewer USING (
    (SELECT sees_all())
    OR path || '/' LIKE ANY ((SELECT seen_list('sunshine.areas'))::text[])
    OR EXISTS (SELECT FROM unnest((SELECT seen_list('sunshine.areas'))) AS mine
                WHERE starts_with(regexp_replace(mine, '\\(.)', '\1', 'g'), path || '/'))
    OR EXISTS (SELECT FROM unit WHERE unit.id = ANY ((SELECT seen_list('sunshine.units'))::text[])
                                  AND starts_with(unit.area_path || '/', area.path || '/'))
);

GRANT SELECT ON device_alias TO sunshine_viewer;
ALTER TABLE device_alias ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON device_alias FOR SELECT TO sunshine_viewer USING (
    (SELECT sees_all()) OR EXISTS (SELECT FROM device WHERE device.id = device_alias.device_id));

-- Ids that senders gave to readings. It says of which reading; the reading itself is found by way of its device only
-- (records/facts.py).
GRANT SELECT ON posted_id TO sunshine_viewer;
