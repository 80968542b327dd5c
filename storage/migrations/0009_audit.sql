-- What was done and refused: a record for each call and each change, first as a row, then at a position of its team's log, which nobody can change unseen.

-- position: the place in the log of the team, from 0; NULL until it has one. The columns beside the entry are copies of its members, to search by.
CREATE TABLE audit_records (
    id          TEXT    NOT NULL PRIMARY KEY,
    team_id     TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,
    position    INTEGER,
    kind        TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    server_id   TEXT    NOT NULL,
    tool        TEXT    NOT NULL,
    decision    TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    object_id   TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    receipt_id  TEXT    NOT NULL,
    entry       TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_records_in_log ON audit_records (team_id, position) WHERE position IS NOT NULL;
CREATE INDEX audit_records_waiting ON audit_records (team_id, recorded_at, id) WHERE position IS NULL;
CREATE INDEX audit_records_newest ON audit_records (team_id, recorded_at DESC, id DESC);
CREATE INDEX audit_records_of_receipt ON audit_records (team_id, receipt_id) WHERE receipt_id <> '';

-- The hashes of the log's tree, 256 of a level in a row; the last row of a level may have fewer.
CREATE TABLE audit_tiles (
    team_id TEXT    NOT NULL,
    level   INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    hashes  BLOB    NOT NULL,
    PRIMARY KEY (team_id, level, number)
) STRICT;

-- The head of each team's log, and the newest checkpoint, which is a signed head.
CREATE TABLE audit_logs (
    team_id         TEXT    NOT NULL PRIMARY KEY,
    size            INTEGER NOT NULL,
    root            BLOB    NOT NULL CHECK (length(root) = 32),
    checkpoint      TEXT    NOT NULL,
    checkpoint_size INTEGER NOT NULL,
    signed_at       INTEGER
) STRICT;
