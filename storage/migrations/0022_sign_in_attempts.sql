-- Failed sign-ins, as buckets that all instances take from. place: of 65,536, by a keyed hash of the account, the address, or both.
-- full_at: when the bucket is full again; a row whose time has passed means the same as none.
CREATE TABLE sign_in_attempts (
    place   INTEGER NOT NULL PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_attempts_full ON sign_in_attempts (full_at);
