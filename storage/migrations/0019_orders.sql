-- A company's own customers and orders, the log of refunds, and what a refund's receipt says of an order.

-- Where the orders of an account are kept.
ALTER TABLE integrated_accounts ADD COLUMN orders TEXT NOT NULL DEFAULT 'none' CHECK (orders IN ('none', 'tables', 'external'));

-- The number of an account, made from its ids, stands for them in the tables below: their indexes are half as large with it. removed_at: the account is
-- gone, and its rows are being removed.
CREATE TABLE order_sources (
    number     INTEGER NOT NULL PRIMARY KEY,
    team_id    TEXT    NOT NULL,
    account_id TEXT    NOT NULL,
    removed_at INTEGER,
    UNIQUE (team_id, account_id)
) STRICT;
CREATE INDEX order_sources_removed ON order_sources (removed_at) WHERE removed_at IS NOT NULL;

-- email_key: the address as addresses are compared.
CREATE TABLE order_customers (
    source             INTEGER NOT NULL,
    id                 TEXT    NOT NULL,
    email              TEXT    NOT NULL,
    email_key          TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    stripe_customer_id TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    PRIMARY KEY (source, id)
) STRICT;
CREATE INDEX order_customers_by_email ON order_customers (source, email_key, created_at, id);
CREATE INDEX order_customers_by_stripe ON order_customers (source, stripe_customer_id, created_at, id) WHERE stripe_customer_id <> '';

CREATE TABLE orders (
    source      INTEGER NOT NULL,
    id          TEXT    NOT NULL,
    customer_id TEXT    NOT NULL,
    payment_id  TEXT    NOT NULL,
    amount      INTEGER NOT NULL,
    currency    TEXT    NOT NULL,
    refunded    INTEGER NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('paid', 'partially_refunded', 'refunded')),
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (source, id)
) STRICT;
CREATE INDEX orders_of_customer ON orders (source, customer_id, created_at, id);
CREATE INDEX orders_by_payment ON orders (source, payment_id, created_at, id) WHERE payment_id <> '';
-- Holds all that sums need.
CREATE INDEX orders_by_time ON orders (source, currency, created_at, amount, refunded);

-- due_at: when the row is to be written to the company's own database (again); none if it is kept here only, or delivered.
CREATE TABLE refund_log (
    source           INTEGER NOT NULL,
    id               TEXT    NOT NULL,
    order_id         TEXT    NOT NULL,
    payment_id       TEXT    NOT NULL,
    stripe_refund_id TEXT    NOT NULL,
    receipt_id       TEXT    NOT NULL,
    amount           INTEGER NOT NULL,
    currency         TEXT    NOT NULL,
    reason           TEXT    NOT NULL,
    refunded_by      TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    due_at           INTEGER,
    attempts         INTEGER NOT NULL DEFAULT 0,
    delivered_at     INTEGER,
    last_error       TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (source, id)
) STRICT;
-- A receipt is one refund.
CREATE UNIQUE INDEX refund_log_receipt ON refund_log (receipt_id) WHERE receipt_id <> '';
CREATE INDEX refund_log_of_order ON refund_log (source, order_id, created_at, id);
CREATE INDEX refund_log_due ON refund_log (due_at) WHERE due_at IS NOT NULL;

-- The order that a refund is for, with where it is kept; NULL for all other writes.
ALTER TABLE receipts ADD COLUMN order_source TEXT;
ALTER TABLE receipts ADD COLUMN order_id TEXT;
ALTER TABLE receipts ADD COLUMN order_payment TEXT;
ALTER TABLE receipts ADD COLUMN order_amount INTEGER;
ALTER TABLE receipts ADD COLUMN order_currency TEXT;
ALTER TABLE receipts ADD COLUMN order_reason TEXT;
ALTER TABLE receipts ADD COLUMN order_refunded_by TEXT;
CREATE INDEX receipts_of_order ON receipts (team_id, account_id, order_id) WHERE order_id IS NOT NULL;
