-- What people allowed OAuth clients to do, and clients that registered themselves.

-- Empty: the token of a URL. Else that of an authorization, and how far it reaches.
ALTER TABLE mcp_tokens ADD COLUMN scope TEXT NOT NULL DEFAULT '';

-- A client belongs to the MCP server at which it registered, and is forgotten after expires_at.
CREATE TABLE oauth_clients (
    id            TEXT    NOT NULL PRIMARY KEY,
    team_id       TEXT    NOT NULL,
    server_id     TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    redirect_uris TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    used_at       INTEGER,
    expires_at    INTEGER NOT NULL,
    FOREIGN KEY (team_id, server_id) REFERENCES mcp_servers (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX oauth_clients_of_server ON oauth_clients (team_id, server_id, created_at);
CREATE INDEX oauth_clients_expiring ON oauth_clients (expires_at);

-- In force as long as its token is in mcp_tokens. The row stays until expires_at, so that its code cannot be used again.
CREATE TABLE oauth_authorizations (
    id                TEXT    NOT NULL PRIMARY KEY,
    team_id           TEXT    NOT NULL,
    server_id         TEXT    NOT NULL,
    client_id         TEXT    NOT NULL,
    client_name       TEXT    NOT NULL,
    redirect_host     TEXT    NOT NULL,
    scope             TEXT    NOT NULL,
    allowed_by        TEXT    NOT NULL,
    token_hash        BLOB    NOT NULL CHECK (length(token_hash) = 32),
    refresh_pepper_id TEXT    NOT NULL,
    refresh_hash      BLOB    NOT NULL CHECK (length(refresh_hash) = 32),
    created_at        INTEGER NOT NULL,
    refreshed_at      INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    revoked_at        INTEGER,
    FOREIGN KEY (team_id, server_id) REFERENCES mcp_servers (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX oauth_authorizations_newest ON oauth_authorizations (team_id, server_id, created_at DESC, id DESC);
CREATE INDEX oauth_authorizations_expiring ON oauth_authorizations (expires_at);
