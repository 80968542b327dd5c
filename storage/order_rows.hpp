// The stored records of a company's orders: one struct per table. An order belongs to an integrated
// account, because its payment id means something only there.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/rows.hpp"

namespace tollgate::storage {

// Whose orders: an account of a team.
struct order_place {
    std::string team_id;
    std::string account_id;  // ia_…
};

// A customer of the company.
struct order_customer_row {
    std::string id;                  // the company's own
    std::string email;               // as given; compared trimmed and case-folded
    std::string name;                // or empty
    std::string stripe_customer_id;  // cus_…, or empty
    timestamp created_at;
};

enum class order_status : std::uint8_t { paid, partially_refunded, refunded };

// The names of the states, in their order: as they are stored and shown.
constexpr std::array<std::string_view, 3> order_status_names{"paid", "partially_refunded",
                                                             "refunded"};

struct order_row {
    std::string id;             // the company's own
    std::string customer_id;    // order_customer_row::id
    std::string payment_id;     // pi_… or ch_…, or empty
    std::int64_t amount = 0;    // in the minor unit of `currency`
    std::string currency;       // three lower-case letters
    std::int64_t refunded = 0;  // of `amount`, by the refund log
    order_status status = order_status::paid;
    timestamp created_at;
};

// One line of the refund log: a refund, or a flag for review, whose amount is 0.
struct refund_log_row {
    std::string id;  // rfl_…
    std::string order_id;
    std::string payment_id;        // the payment that was refunded or flagged
    std::string stripe_refund_id;  // re_…; empty for a flag
    std::string receipt_id;        // rcp_…; empty for a flag
    std::int64_t amount = 0;
    std::string currency;
    std::string reason;
    std::string refunded_by;  // MCP server, client, approvers
    timestamp created_at;
};

// What a refund does to an order, recorded with the receipt of the refund: when its outcome is
// known, the refund log and the order's status change in the same transaction.
struct order_link {
    std::string order_id;
    std::string payment_id;
    std::int64_t amount = 0;
    std::string currency;
    std::string reason;
    std::string refunded_by;
};

// The link of a refund, with the facts that decide whether the order has room for it.
struct order_claim {
    order_link link;
    bool external = false;  // the order is kept in the company's own database
    // For an external order only: amount - refunded as it was read, and the number of rows of its
    // refund log that had been delivered before that (order_reads::count_delivered).
    std::int64_t remaining = 0;
    std::int64_t delivered = 0;
};

// Paid orders of one currency. Amounts of different currencies are never added.
struct currency_revenue {
    std::string currency;
    std::int64_t orders = 0;
    std::int64_t amount = 0;
    std::int64_t refunded = 0;
};

// A line of the refund log to be written to the company's own database.
struct refund_delivery {
    order_place place;
    refund_log_row row;
    std::int64_t attempts = 0;
};

}  // namespace tollgate::storage
