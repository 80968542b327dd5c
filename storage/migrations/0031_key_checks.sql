-- The check of an account's key at Stripe.

-- key_checked_at, key_check: when the last one was, and what it found, as JSON; NULL and empty: the key was not checked.
-- key_check_at: when the next one is due, later while an instance makes it (key_check_claim); NULL: none is planned.
ALTER TABLE integrated_accounts ADD COLUMN key_checked_at INTEGER;
ALTER TABLE integrated_accounts ADD COLUMN key_check TEXT NOT NULL DEFAULT '';
ALTER TABLE integrated_accounts ADD COLUMN key_check_at INTEGER;
ALTER TABLE integrated_accounts ADD COLUMN key_check_claim TEXT;
CREATE INDEX integrated_accounts_to_check ON integrated_accounts (key_check_at) WHERE key_check_at IS NOT NULL;
