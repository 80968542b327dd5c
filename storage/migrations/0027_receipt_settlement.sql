-- The outcome of a write that nobody could find out, as a person stated it.

-- settled_by: the key or person that stated it; empty: nobody did. settled_reason: why, in their words.
ALTER TABLE receipts ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN settled_reason TEXT NOT NULL DEFAULT '';
