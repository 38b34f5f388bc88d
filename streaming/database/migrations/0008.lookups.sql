-- What is looked up by the other end: the names a device goes by, the units of a street.
CREATE INDEX device_alias_of_device ON device_alias (device_id);
CREATE INDEX unit_of_street ON unit (street_id);
