-- What an account may do now: its key refused by Stripe, writes frozen; and the connected accounts its calls may name.
ALTER TABLE integrated_accounts ADD COLUMN needs_reauth_at INTEGER;
ALTER TABLE integrated_accounts ADD COLUMN frozen_at INTEGER;
ALTER TABLE integrated_accounts ADD COLUMN connected_accounts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE teams ADD COLUMN frozen_at INTEGER;
