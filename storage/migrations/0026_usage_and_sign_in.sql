-- Counts of calls by the hour, and ways to sign in besides a password.

-- scope_id: the team, an account or an MCP server. hour: hours since 1970-01-01 in UTC. what: "calls", "refused", "failed", "took:" and a bound in milliseconds, "amount:" or "writes:" and a currency.
CREATE TABLE hourly_counts (
    team_id  TEXT    NOT NULL,
    scope_id TEXT    NOT NULL,
    hour     INTEGER NOT NULL,
    what     TEXT    NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (team_id, scope_id, hour, what)
) STRICT;
CREATE INDEX hourly_counts_oldest ON hourly_counts (hour);

-- 1 once the amount of a receipt is in these counts.
ALTER TABLE receipts ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;

-- Who a person is at the company's identity provider.
CREATE TABLE person_identities (
    team_id   TEXT NOT NULL,
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (team_id, issuer, subject),
    FOREIGN KEY (team_id, person_id) REFERENCES people (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX person_identities_of_person ON person_identities (team_id, person_id);

-- Identities of removed people: they do not come back by themselves. An invitation to the address lifts it.
CREATE TABLE refused_identities (
    team_id TEXT NOT NULL REFERENCES teams (id),
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    email   TEXT NOT NULL,
    PRIMARY KEY (team_id, issuer, subject)
) STRICT;

-- Links that sign a person in once.
CREATE TABLE sign_in_links (
    link_hash  BLOB    NOT NULL PRIMARY KEY CHECK (length(link_hash) = 32),
    pepper_id  TEXT    NOT NULL,
    team_id    TEXT    NOT NULL,
    person_id  TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (team_id, person_id) REFERENCES people (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sign_in_links_of_person ON sign_in_links (team_id, person_id);
CREATE INDEX sign_in_links_expiring ON sign_in_links (expires_at);
