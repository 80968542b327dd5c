-- What of the audit logs has been sent to other systems: checkpoints (anchors) and records.

-- Which instance sends to a destination, and until when no other one may.
CREATE TABLE audit_destinations (
    name       TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    held_until INTEGER NOT NULL
) STRICT;

-- How far the log of a team has been sent: the first `position` entries. `attempted` is the end of what was sent last without success: it is sent again as it was.
CREATE TABLE audit_deliveries (
    destination  TEXT    NOT NULL,
    team_id      TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    delivered_at INTEGER,
    attempted    INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    failed_at    INTEGER,
    retry_at     INTEGER,
    last_error   TEXT    NOT NULL,
    PRIMARY KEY (destination, team_id)
) STRICT;
