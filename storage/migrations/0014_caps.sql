-- What writes have used of each cap, and what is reserved for those whose outcome is not known.

-- cap: whose cap of which rule. slice: the second in which a part of the cap's window begins. currency: empty for a cap on the number of writes.
CREATE TABLE cap_use (
    cap      TEXT    NOT NULL,
    currency TEXT    NOT NULL,
    slice    INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    used     INTEGER NOT NULL,
    PRIMARY KEY (cap, currency, slice)
) STRICT;

-- A row for each reservation of a receipt, until its outcome is known.
CREATE TABLE cap_reservations (
    receipt_id TEXT    NOT NULL,
    cap        TEXT    NOT NULL,
    currency   TEXT    NOT NULL,
    slice      INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    PRIMARY KEY (receipt_id, cap, currency)
) STRICT;

-- With many writers, whoever reserves holds the row of the cap.
CREATE TABLE caps (
    cap TEXT NOT NULL PRIMARY KEY
) STRICT;
