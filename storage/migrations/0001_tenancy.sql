-- Teams, their API keys, integrated accounts, MCP servers and tokens. Times are Unix milliseconds, UTC.

-- Values of the instance: what its master key and peppers are checked against at the start.
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE teams (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX teams_newest ON teams (created_at DESC, id DESC);

CREATE TABLE api_keys (
    id             TEXT    NOT NULL PRIMARY KEY,
    team_id        TEXT    NOT NULL REFERENCES teams (id),
    name           TEXT    NOT NULL,
    role           TEXT    NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
    instance_owner INTEGER NOT NULL CHECK (instance_owner IN (0, 1)),
    pepper_id      TEXT    NOT NULL,
    token_hash     BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    key_prefix     TEXT    NOT NULL,
    created_by     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX api_keys_newest ON api_keys (team_id, created_at DESC, id DESC);

CREATE TABLE integrated_accounts (
    id             TEXT    NOT NULL PRIMARY KEY,
    team_id        TEXT    NOT NULL REFERENCES teams (id),
    name           TEXT    NOT NULL,
    mode           TEXT    NOT NULL CHECK (mode IN ('test', 'live')),
    kind           TEXT    NOT NULL,
    last4          TEXT    NOT NULL,
    key_id         TEXT    NOT NULL,
    wrapped_key    BLOB    NOT NULL,
    credential     BLOB    NOT NULL,
    stripe_account TEXT    NOT NULL,
    stripe_version TEXT    NOT NULL,
    tags           TEXT    NOT NULL,
    created_by     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    UNIQUE (team_id, id)
) STRICT;
CREATE INDEX integrated_accounts_newest ON integrated_accounts (team_id, created_at DESC, id DESC);

CREATE TABLE mcp_servers (
    id           TEXT    NOT NULL PRIMARY KEY,
    team_id      TEXT    NOT NULL,
    account_id   TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    config       TEXT    NOT NULL,
    expires_at   INTEGER,
    token_prefix TEXT    NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    revoked_at   INTEGER,
    last_used_at INTEGER,
    use_count    INTEGER NOT NULL DEFAULT 0,
    version      INTEGER NOT NULL,
    UNIQUE (team_id, id),
    FOREIGN KEY (team_id, account_id) REFERENCES integrated_accounts (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX mcp_servers_newest ON mcp_servers (team_id, account_id, created_at DESC, id DESC);
-- For counting against the limit, which revoked servers do not count for.
CREATE INDEX mcp_servers_unrevoked ON mcp_servers (team_id, account_id) WHERE revoked_at IS NULL;

CREATE TABLE mcp_tokens (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    pepper_id  TEXT    NOT NULL,
    team_id    TEXT    NOT NULL,
    server_id  TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    FOREIGN KEY (team_id, server_id) REFERENCES mcp_servers (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX mcp_tokens_of_server ON mcp_tokens (team_id, server_id);
CREATE INDEX mcp_tokens_expiring ON mcp_tokens (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE replays (
    team_id        TEXT    NOT NULL REFERENCES teams (id),
    route          TEXT    NOT NULL,
    key            TEXT    NOT NULL,
    request_digest BLOB    NOT NULL,
    status         INTEGER NOT NULL,
    key_id         TEXT    NOT NULL,
    wrapped_key    BLOB    NOT NULL,
    body           BLOB    NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    PRIMARY KEY (team_id, route, key)
) STRICT;
CREATE INDEX replays_expiring ON replays (expires_at);
