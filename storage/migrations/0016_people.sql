-- People who sign in, their sessions, and what approvals ask of approvers.

-- email: in lower case. group_names: words with commas between them. password: Argon2id, or empty until an invitation was accepted. invitation_hash: of the one-time link that sets a password. totp_secret: sealed; empty while there is none; it counts once totp_confirmed is 1. totp_step: the last time step whose code was used.
CREATE TABLE people (
    id                    TEXT    NOT NULL PRIMARY KEY,
    team_id               TEXT    NOT NULL REFERENCES teams (id),
    name                  TEXT    NOT NULL,
    email                 TEXT    NOT NULL,
    role                  TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'approver', 'admin')),
    group_names           TEXT    NOT NULL,
    password              TEXT    NOT NULL,
    invitation_pepper_id  TEXT,
    invitation_hash       BLOB,
    invitation_expires_at INTEGER,
    totp_key_id           TEXT    NOT NULL,
    totp_wrapped_key      BLOB    NOT NULL,
    totp_secret           BLOB    NOT NULL,
    totp_confirmed        INTEGER NOT NULL CHECK (totp_confirmed IN (0, 1)),
    totp_step             INTEGER NOT NULL,
    created_by            TEXT    NOT NULL,
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL,
    signed_in_at          INTEGER,
    UNIQUE (team_id, id),
    UNIQUE (team_id, email)
) STRICT;
CREATE INDEX people_newest ON people (team_id, created_at DESC, id DESC);
CREATE INDEX people_email ON people (email);
CREATE UNIQUE INDEX people_invited ON people (invitation_hash) WHERE invitation_hash IS NOT NULL;

-- Keeps the names of people who were removed, for the records of what they did.
CREATE TABLE removed_people (
    id         TEXT    NOT NULL PRIMARY KEY,
    team_id    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    removed_at INTEGER NOT NULL
) STRICT;

-- A session ends with its person, at expires_at, or when it was not used for a while.
CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    team_id    TEXT    NOT NULL,
    person_id  TEXT    NOT NULL,
    pepper_id  TEXT    NOT NULL,
    token_hash BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    remote     TEXT    NOT NULL,
    client     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (team_id, person_id) REFERENCES people (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sessions_newest ON sessions (team_id, person_id, created_at DESC, id DESC);
CREATE INDEX sessions_expiring ON sessions (expires_at);
CREATE INDEX sessions_unused ON sessions (used_at);

-- Codes that replace a lost TOTP device, each once.
CREATE TABLE recovery_codes (
    code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
    pepper_id TEXT NOT NULL,
    team_id   TEXT NOT NULL,
    person_id TEXT NOT NULL,
    FOREIGN KEY (team_id, person_id) REFERENCES people (team_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX recovery_codes_of_person ON recovery_codes (team_id, person_id);

-- by_people: 1 if only people count as approvers. group_names: of each of these groups somebody must agree; words with commas between them.
ALTER TABLE approvals ADD COLUMN by_people INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN group_names TEXT NOT NULL DEFAULT '';
