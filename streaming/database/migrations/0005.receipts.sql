-- Receipts in the order of their transactions, so that old ones can be dropped and a doubtful commit looked up.
ALTER TABLE ingest_receipt ADD COLUMN no bigint GENERATED ALWAYS AS IDENTITY;
DROP INDEX ingest_receipt_of;
CREATE UNIQUE INDEX ingest_receipt_of ON ingest_receipt (client, no);
