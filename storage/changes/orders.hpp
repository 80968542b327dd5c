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
    std::string email_key;  // row.email in the form in which addresses are compared
};

// The effect of an import on each kind of row.
struct import_counts {
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
};

// The result of import_orders.
struct orders_imported {
    import_counts customers;
    import_counts orders;
    std::vector<std::size_t> without_customer;  // indexes of orders whose customer is unknown
};

// Adds or changes customers, then orders, each by its own id. An order whose customer is unknown is
// skipped and listed. The refunded amount of an existing order never decreases, because refunds
// recorded here are kept; it does not increase while a refund of the order has no outcome. `status`
// of the rows is ignored; it follows from the amounts. If `dry_run` is set, nothing is changed and
// the commit fails with conflict "dry_run". Read `found` only after the commit has succeeded or
// failed with "dry_run". Fails with not_found if there is no such account.
struct import_orders {
    order_place place;
    std::vector<order_customer_entry> customers;
    std::vector<order_row> orders;
    bool dry_run = false;
    std::shared_ptr<orders_imported> found{};
};

// Adds a flag for review to the refund log, once per id. With `due_at`, the flag is also queued for
// the company's own database.
struct add_refund_flag {
    order_place place;
    refund_log_row row;
    std::optional<timestamp> due_at;
};

// Claims up to `limit` rows of refund logs that are due at `now`; no other instance gets them
// before `until`. Read `taken` only after the commit has succeeded.
struct claim_refund_deliveries {
    timestamp now;
    timestamp until;
    std::int64_t limit = 0;
    std::shared_ptr<std::vector<refund_delivery>> taken;
};

// Ends an attempt: the row was delivered at `delivered_at`, or is due again at `due_at` because of
// `error`.
struct finish_refund_delivery {
    order_place place;
    std::string id;  // refund_log_row::id
    std::optional<timestamp> delivered_at;
    std::optional<timestamp> due_at;
    std::string error;
};

// Removes up to `limit` rows of each table that belong to removed accounts.
struct purge_orders {
    std::int64_t limit = 0;
};

}  // namespace tollgate::storage
