-- The REST service of an integrated account that is not Stripe's.

-- service_url: what every path begins with, https://host[:port][/path]; empty: the account is Stripe's.
-- service_auth: how its credential is sent: bearer, basic or header. service_header: the name of that header.
ALTER TABLE integrated_accounts ADD COLUMN service_url TEXT NOT NULL DEFAULT '';
ALTER TABLE integrated_accounts ADD COLUMN service_auth TEXT NOT NULL DEFAULT '';
ALTER TABLE integrated_accounts ADD COLUMN service_header TEXT NOT NULL DEFAULT '';
