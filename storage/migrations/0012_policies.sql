-- The rules of a team, or of one of its accounts, and every version that there was.

-- account_id: empty for the team's own rules. rules: a JSON array.
CREATE TABLE policies (
    team_id    TEXT    NOT NULL REFERENCES teams (id),
    account_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    rules      TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, account_id)
) STRICT;

CREATE TABLE policy_versions (
    team_id    TEXT    NOT NULL REFERENCES teams (id),
    account_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    rules      TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, account_id, version)
) STRICT;
