-- Old ids that senders gave are found by age, without reading all of them.
CREATE INDEX posted_id_age ON posted_id USING brin (stored_at);
CREATE INDEX quarantine_age ON quarantine USING brin (received_at);
