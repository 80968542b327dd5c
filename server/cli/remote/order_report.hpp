// What an import did, as the admin API says it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tollgate::server {

struct order_counts {
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
};

struct order_report {
    order_counts customers;
    order_counts orders;
    std::int64_t rejected = 0;
    std::vector<std::pair<std::int64_t, std::string>> lines;  // of the body, with the reason
};

// Fails with errc::unavailable "unreadable_answer".
base::result<order_report> read_order_report(std::string_view body);

// What one page of a sync did, or several.
struct order_sync_report {
    order_counts customers;
    order_counts orders;
    std::int64_t not_paid = 0;
    std::int64_t no_customer = 0;
    std::int64_t id_taken = 0;
    std::string next;  // the last payment of the page; empty: there are no more

    // How many payments were read.
    std::int64_t all() const;
    void add(const order_sync_report& more);
};

// Fails with errc::unavailable "unreadable_answer".
base::result<order_sync_report> read_sync_report(std::string_view body);

void add_to(order_counts& sum, const order_counts& more);
// As a JSON object.
std::string json_of(const order_counts& counts);
// "12 added, 0 changed, 3 unchanged"
std::string text_of(const order_counts& counts);

}  // namespace tollgate::server
