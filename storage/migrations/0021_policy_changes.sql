-- Whether a change of the team's policies needs a second person: 'alone' or 'second_person'.
ALTER TABLE teams ADD COLUMN policy_changes TEXT NOT NULL DEFAULT 'alone';

-- Changes that a second person must confirm. account_id: empty for the team's own rules. ends_setting: it changes
-- teams.policy_changes back, and has no rules. asked_side: the person or first API key behind asked_by, when it was asked.
CREATE TABLE policy_changes (
    id           TEXT    NOT NULL PRIMARY KEY,
    team_id      TEXT    NOT NULL REFERENCES teams (id),
    account_id   TEXT    NOT NULL,
    ends_setting INTEGER NOT NULL,
    base_version INTEGER NOT NULL,
    rules        TEXT    NOT NULL,
    asked_by     TEXT    NOT NULL,
    asked_side   TEXT    NOT NULL,
    asked_at     INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    decided_by   TEXT    NOT NULL,
    decided_at   INTEGER,
    reason       TEXT    NOT NULL
) STRICT;
CREATE INDEX policy_changes_newest ON policy_changes (team_id, asked_at, id);
CREATE INDEX policy_changes_oldest ON policy_changes (asked_at);

-- Who is behind an API key is known after the key that made it was deleted, too.
ALTER TABLE removed_api_keys ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
