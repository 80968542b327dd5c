-- Calls that wait for people's approval: one row for each question, one row for each approver's answer. Approvals outlive the accounts and MCP servers they name.

-- due_at is when an approved call is executed (again); NULL: there is nothing to execute. content holds the arguments and the preview, sealed; it is erased when the approval has ended.
CREATE TABLE approvals (
    id             TEXT    NOT NULL PRIMARY KEY,
    team_id        TEXT    NOT NULL,
    account_id     TEXT    NOT NULL,
    server_id      TEXT    NOT NULL,
    tool           TEXT    NOT NULL,
    layer          TEXT    NOT NULL,
    rule           TEXT    NOT NULL,
    policy_version INTEGER NOT NULL,
    reason         TEXT    NOT NULL,
    request_digest BLOB    NOT NULL CHECK (length(request_digest) = 32),
    receipt_id     TEXT    NOT NULL,
    operation_key  TEXT    NOT NULL,
    asked_by       TEXT    NOT NULL,
    token_digest   BLOB    NOT NULL,
    client         TEXT    NOT NULL,
    holder         TEXT    NOT NULL,
    needed         INTEGER NOT NULL CHECK (needed > 0),
    state          TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'executed', 'denied', 'expired', 'voided')),
    end_code       TEXT    NOT NULL,
    end_reason     TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    decided_at     INTEGER,
    ended_at       INTEGER,
    due_at         INTEGER,
    attempts       INTEGER NOT NULL,
    worked_by      TEXT    NOT NULL,
    key_id         TEXT    NOT NULL,
    wrapped_key    BLOB    NOT NULL,
    content        BLOB    NOT NULL
) STRICT;
-- One pending approval for each request of an MCP server.
CREATE UNIQUE INDEX approvals_pending ON approvals (team_id, server_id, request_digest) WHERE state = 'pending';
CREATE INDEX approvals_newest ON approvals (team_id, created_at DESC, id DESC);
CREATE INDEX approvals_due ON approvals (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX approvals_open ON approvals (expires_at) WHERE state IN ('pending', 'approved');
CREATE INDEX approvals_oldest ON approvals (created_at);

-- One answer for each approver: a key_… that said "approve" or "deny".
CREATE TABLE approval_votes (
    approval_id TEXT    NOT NULL,
    team_id     TEXT    NOT NULL,
    approver    TEXT    NOT NULL,
    verdict     TEXT    NOT NULL CHECK (verdict IN ('approve', 'deny')),
    reason      TEXT    NOT NULL,
    voted_at    INTEGER NOT NULL,
    PRIMARY KEY (approval_id, approver)
) STRICT;
