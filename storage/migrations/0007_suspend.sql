-- A pause that can be taken back: of an MCP server, of an account's and of a team's. Whose URL it is; and of a rotation with overlap, the token before.
ALTER TABLE mcp_servers ADD COLUMN suspended_at INTEGER;
ALTER TABLE integrated_accounts ADD COLUMN suspended_at INTEGER;
ALTER TABLE teams ADD COLUMN suspended_at INTEGER;
ALTER TABLE mcp_servers ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE mcp_servers ADD COLUMN old_token_prefix TEXT NOT NULL DEFAULT '';
ALTER TABLE mcp_servers ADD COLUMN old_token_expires_at INTEGER;
