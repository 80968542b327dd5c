// Changes of the companies' own orders; see change.hpp.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/order_rows.hpp"

namespace tollgate::storage {

struct order_customer_entry {
    order_customer_row row;
    std::string email_key;  // row.email as addresses are compared
};

// What an import did with each kind of row.
struct import_counts {
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
};

// What import_orders found.
struct orders_imported {
    import_counts customers;
    import_counts orders;
    std::vector<std::size_t> without_customer;  // indexes of orders whose customer is not known
};

// Adds or changes customers, then orders, each by its own id. An order whose customer is unknown is
// left out and listed. Of an order that is there, the refunded amount never falls: refunds that
// were recorded here stay. `status` of the rows is ignored; it follows from the amounts. Read
// `found` only after the commit has succeeded, or failed with conflict "dry_run": so it does if
// `dry_run` is set, and nothing is changed then. Fails with not_found if there is no such account.
struct import_orders {
    order_place place;
    std::vector<order_customer_entry> customers;
    std::vector<order_row> orders;
    bool dry_run = false;
    std::shared_ptr<orders_imported> found{};
};

// Adds a flag for review to the refund log, once for each id. With `due_at`, it is also to be
// written to the company's own database.
struct add_refund_flag {
    order_place place;
    refund_log_row row;
    std::optional<timestamp> due_at;
};

// Takes up to `limit` rows of refund logs that are due at `now`; nobody else gets them before
// `until`. Read `taken` only after the commit has succeeded.
struct claim_refund_deliveries {
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<refund_delivery>> taken;
};

// The end of an attempt: delivered at `delivered_at`, or due again at `due_at` because of `error`.
struct finish_refund_delivery {
    order_place place;
    std::string id;  // refund_log_row::id
    std::optional<timestamp> delivered_at;
    std::optional<timestamp> due_at;
    std::string error;
};

// Removes up to `limit` rows of each table that belong to accounts that were removed.
struct purge_orders {
    std::int64_t limit = 0;
};

}  // namespace tollgate::storage
