-- What a team decides about its records: how long they are kept (NULL: for ever), and whether nothing may be removed.
ALTER TABLE teams ADD COLUMN receipt_retention_days INTEGER NOT NULL DEFAULT 400;
ALTER TABLE teams ADD COLUMN audit_retention_days INTEGER;
ALTER TABLE teams ADD COLUMN audit_legal_hold INTEGER NOT NULL DEFAULT 0;
-- What audit records say of the arguments of a call: 'digest' or 'redacted'.
ALTER TABLE teams ADD COLUMN audit_arguments TEXT NOT NULL DEFAULT 'digest';
-- Receipts are removed team by team now: receipts_newest finds the oldest of a team.
DROP INDEX receipts_oldest;
-- Where the kept entries of a log begin, because older ones were removed, and the signed statement that says so.
ALTER TABLE audit_logs ADD COLUMN kept_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_logs ADD COLUMN retention TEXT NOT NULL DEFAULT '';
