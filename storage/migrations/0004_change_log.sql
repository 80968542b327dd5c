-- What instances tell each other: a numbered entry for each change that another one may have cached. None of these tables holds a record; a copy of a database leaves them out.

-- One row. Who writes an entry locks it until the commit, so that numbers become visible in their order and without a gap. Another epoch is another log.
CREATE TABLE change_counter (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch TEXT    NOT NULL,
    seq   INTEGER NOT NULL,
    floor INTEGER NOT NULL
) STRICT;

-- The entries above the floor. subjects: ids, parted by spaces.
CREATE TABLE change_log (
    seq       INTEGER NOT NULL PRIMARY KEY,
    kind      TEXT    NOT NULL,
    subjects  TEXT    NOT NULL,
    origin    TEXT    NOT NULL,
    logged_at INTEGER NOT NULL
) STRICT;

-- Who may have something cached, and up to which entry it has dropped what is outdated. beats counts the row's writes.
CREATE TABLE instances (
    id         TEXT    NOT NULL PRIMARY KEY,
    seen       INTEGER NOT NULL,
    beats      INTEGER NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;
