-- What finds an MCP server by a piece of its URL, and the names of API keys that were deleted.

-- The first characters of a URL's token, for people. Of a rotation with overlap, both tokens are here.
ALTER TABLE mcp_tokens ADD COLUMN token_prefix TEXT NOT NULL DEFAULT '';
UPDATE mcp_tokens SET token_prefix = (
    SELECT s.token_prefix FROM mcp_servers s
    WHERE s.team_id = mcp_tokens.team_id AND s.id = mcp_tokens.server_id)
    WHERE scope = '' AND expires_at IS NULL;
CREATE INDEX mcp_tokens_by_prefix ON mcp_tokens (team_id, token_prefix);
CREATE INDEX mcp_servers_by_prefix ON mcp_servers (team_id, token_prefix);
CREATE INDEX mcp_servers_newest_of_team ON mcp_servers (team_id, created_at DESC, id DESC);

-- What they made still says who made it.
CREATE TABLE removed_api_keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    team_id    TEXT    NOT NULL REFERENCES teams (id),
    name       TEXT    NOT NULL,
    removed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX removed_api_keys_of_team ON removed_api_keys (team_id);
