-- Which tools an account has, as its team declares them.

-- document: YAML; empty: there are none any more. version: grows with every change, also when they are removed.
CREATE TABLE account_declarations (
    team_id    TEXT    NOT NULL REFERENCES teams (id),
    account_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, account_id)
) STRICT;
