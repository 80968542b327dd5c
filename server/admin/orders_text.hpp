// Customers, orders, refund logs and the result of an import as JSON.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tenancy/admin/order_sync.hpp"
#include "tenancy/orders/orders.hpp"

namespace tollgate::admin {

// A record that was not imported, and why.
struct rejected_line {
    std::int64_t line = 0;
    std::string reason;
};

struct import_report {
    bool dry_run = false;
    storage::import_counts customers;
    storage::import_counts orders;
    std::int64_t rejected = 0;
    std::vector<rejected_line> lines;  // the first of them
};

std::string order_json(const storage::order_row& order);
std::string customer_json(const storage::order_customer_row& customer);
std::string refund_json(const storage::refund_log_row& refund);
std::string import_json(const import_report& report);
std::string sync_json(const tenancy::order_sync_page& page);

}  // namespace tollgate::admin
