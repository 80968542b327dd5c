-- Which clients were seen at an MCP server, and what they did there; and a search of the audit log that reads few records.

-- client: as audit records name it. title: what the client says of itself when it begins a session; or empty. era: "2026-07-28", "2025" for the revisions before it, or empty. refused_status: the HTTP status at refused_at.
CREATE TABLE mcp_clients (
    team_id        TEXT    NOT NULL,
    server_id      TEXT    NOT NULL,
    client         TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    era            TEXT    NOT NULL,
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    discovered_at  INTEGER,
    listed_at      INTEGER,
    called_at      INTEGER,
    refused_at     INTEGER,
    refused_status INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (team_id, server_id, client)
) STRICT;

-- Searches of the audit log that few of its records match. Records without the value are in none of these.
CREATE INDEX audit_records_of_server ON audit_records (team_id, server_id, recorded_at, id) WHERE server_id <> '';
CREATE INDEX audit_records_of_object ON audit_records (team_id, object_id, recorded_at, id) WHERE object_id <> '';
CREATE INDEX audit_records_not_allowed ON audit_records (team_id, decision, recorded_at, id) WHERE decision <> 'allowed';
