-- Where the newest message of a client came from, other than calls: its network, never its whole address (203.0.113.0/24, 2001:db8:1::/48), or empty.
ALTER TABLE mcp_clients ADD COLUMN network TEXT NOT NULL DEFAULT '';
