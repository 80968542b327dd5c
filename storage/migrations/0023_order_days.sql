-- Sums of a company's orders by day, so that the revenue of years is read from a few thousand rows.

-- day: days since 1970-01-01 in UTC. A day without orders may keep a row of zeros.
CREATE TABLE order_days (
    source   INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    orders   INTEGER NOT NULL,
    amount   INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    PRIMARY KEY (source, currency, day)
) STRICT;

-- The inner remainder is made positive for times before 1970.
INSERT INTO order_days (source, currency, day, orders, amount, refunded)
SELECT source, currency, day, count(*), sum(amount), sum(refunded)
FROM (SELECT source, currency, amount, refunded, (created_at - (created_at % 86400000 + 86400000) % 86400000) / 86400000 AS day FROM orders) AS dated
GROUP BY source, currency, day;
