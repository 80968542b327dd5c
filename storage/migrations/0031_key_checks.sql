-- What the last check of an account's key at Stripe found, as JSON; empty and NULL: the key was not checked. The next check is an alarm.
ALTER TABLE integrated_accounts ADD COLUMN key_checked_at INTEGER;
ALTER TABLE integrated_accounts ADD COLUMN key_check TEXT NOT NULL DEFAULT '';
INSERT INTO alarms (team_id, subject, kind, due_at, next_at)
    SELECT team_id, id, 'key_check', created_at, created_at FROM integrated_accounts WHERE service_url = '';
