-- Whether the team lets the gateway write a receipt's id into the metadata of what a write makes.
ALTER TABLE teams ADD COLUMN receipt_metadata INTEGER NOT NULL DEFAULT 0;
-- 1: the receipt's id is in the metadata of the object that its request makes, so that the object can be found by reading.
ALTER TABLE receipts ADD COLUMN in_metadata INTEGER NOT NULL DEFAULT 0;
-- Records arrive in the order of their time. In an index that begins with the newest, each arrives before all others of its team, which costs more than
-- at the end; it is read backwards.
DROP INDEX audit_records_newest;
CREATE INDEX audit_records_newest ON audit_records (team_id, recorded_at, id);
