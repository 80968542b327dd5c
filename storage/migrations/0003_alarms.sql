-- Durable jobs with a due time, and the mark of a server whose time is over and whose tokens are gone.
ALTER TABLE mcp_servers ADD COLUMN expired_at INTEGER;
CREATE INDEX mcp_servers_expiring ON mcp_servers (expires_at)
    WHERE expires_at IS NOT NULL AND expired_at IS NULL AND revoked_at IS NULL;

-- One alarm a kind and subject. next_at is when it may be taken: its due time, later while somebody works on it (a claim) or it waits to be tried again.
CREATE TABLE alarms (
    team_id    TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    due_at     INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    claimed_by TEXT,
    PRIMARY KEY (team_id, subject, kind)
) STRICT;
-- Alarms of one time are taken in the order in which they were made, as their servers and tokens lie in their tables.
CREATE INDEX alarms_next ON alarms (next_at);

INSERT INTO alarms (team_id, subject, kind, due_at, next_at)
    SELECT team_id, id, 'server_expiry', expires_at, expires_at FROM mcp_servers
    WHERE expires_at IS NOT NULL AND revoked_at IS NULL;
INSERT INTO alarms (team_id, subject, kind, due_at, next_at)
    SELECT team_id, server_id, 'token_expiry', min(expires_at), min(expires_at) FROM mcp_tokens
    WHERE expires_at IS NOT NULL GROUP BY team_id, server_id;
