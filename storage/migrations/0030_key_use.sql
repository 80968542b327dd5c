-- When an API key was used last, to the minute; NULL: not since this column exists.
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;
