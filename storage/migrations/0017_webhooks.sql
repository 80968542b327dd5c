-- Where a team wants to be told of its approvals, and what is still to be told.

-- `content` is the sealed address and secret. `events` are the names of approval events, with a space before and after each.
CREATE TABLE webhooks (
    id          TEXT    PRIMARY KEY,
    team_id     TEXT    NOT NULL REFERENCES teams (id),
    name        TEXT    NOT NULL,
    format      TEXT    NOT NULL CHECK (format IN ('standard', 'slack')),
    host        TEXT    NOT NULL,
    events      TEXT    NOT NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    key_id      TEXT    NOT NULL,
    wrapped_key BLOB    NOT NULL,
    content     BLOB    NOT NULL
) STRICT;
CREATE INDEX webhooks_of_team ON webhooks (team_id, created_at, id);

-- One row for each event and webhook, written in the transaction of the event. `due_at` is when it is sent (again); none once it was
-- delivered or given up.
CREATE TABLE webhook_deliveries (
    webhook_id   TEXT    NOT NULL REFERENCES webhooks (id),
    id           TEXT    NOT NULL,
    team_id      TEXT    NOT NULL,
    approval_id  TEXT    NOT NULL,
    event        TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts     INTEGER NOT NULL,
    last_error   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    due_at       INTEGER,
    delivered_at INTEGER,
    PRIMARY KEY (webhook_id, id)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_oldest ON webhook_deliveries (created_at);
