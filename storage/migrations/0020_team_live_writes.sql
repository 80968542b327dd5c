-- Whether the MCP servers of the team's live accounts may write without a setting of their own.
ALTER TABLE teams ADD COLUMN allow_live_writes INTEGER NOT NULL DEFAULT 0;
