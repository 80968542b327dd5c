// A refund of a company's order, as it travels with the call that makes it.
#pragma once
#include <string>

#include "storage/order_rows.hpp"

namespace tollgate::tenancy {

struct order_refund {
    storage::order_link link;  // recorded with the receipt
    // The company's customer it was asked for: it is made only while the order is theirs.
    std::string customer_id;
};

}  // namespace tollgate::tenancy
