-- What a team decides about its records: how long they are kept (NULL: for ever), and whether nothing may be removed.
ALTER TABLE teams ADD COLUMN receipt_retention_days INTEGER NOT NULL DEFAULT 400;
ALTER TABLE teams ADD COLUMN audit_retention_days INTEGER;
ALTER TABLE teams ADD COLUMN audit_legal_hold INTEGER NOT NULL DEFAULT 0;
