-- The record of every write: what was to be sent to Stripe, written before it is sent, and its outcome. Receipts outlive the accounts and MCP servers they name.

-- resolve_at is when the request of an unresolved receipt is sent again; NULL: its outcome is known, or cannot be found out. The sealed request is erased with it.
CREATE TABLE receipts (
    id                TEXT    NOT NULL PRIMARY KEY,
    team_id           TEXT    NOT NULL,
    account_id        TEXT    NOT NULL,
    server_id         TEXT    NOT NULL,
    tool              TEXT    NOT NULL,
    connected_account TEXT    NOT NULL,
    operation_key     TEXT    NOT NULL,
    request_digest    BLOB    NOT NULL CHECK (length(request_digest) = 32),
    argument_digests  TEXT    NOT NULL,
    state             TEXT    NOT NULL CHECK (state IN ('intended', 'succeeded', 'failed', 'unknown')),
    attempts          INTEGER NOT NULL,
    sent_by           TEXT    NOT NULL,
    created_at        INTEGER NOT NULL,
    sent_at           INTEGER NOT NULL,
    finished_at       INTEGER,
    resolve_at        INTEGER,
    status            INTEGER NOT NULL,
    error_code        TEXT    NOT NULL,
    object            TEXT    NOT NULL,
    object_id         TEXT    NOT NULL,
    request_id        TEXT    NOT NULL,
    amount            INTEGER,
    currency          TEXT    NOT NULL,
    key_id            TEXT    NOT NULL,
    wrapped_key       BLOB    NOT NULL,
    request           BLOB    NOT NULL,
    UNIQUE (team_id, account_id, operation_key)
) STRICT;
CREATE INDEX receipts_newest ON receipts (team_id, created_at DESC, id DESC);
CREATE INDEX receipts_equal ON receipts (team_id, account_id, request_digest, created_at);
CREATE INDEX receipts_of_object ON receipts (team_id, object_id) WHERE object_id <> '';
CREATE INDEX receipts_unresolved ON receipts (resolve_at) WHERE resolve_at IS NOT NULL;
-- For counting them every minute.
CREATE INDEX receipts_unknown ON receipts (state) WHERE state = 'unknown';
CREATE INDEX receipts_oldest ON receipts (created_at);
