// A refund of a company's order, as passed along with the call that makes it.
#pragma once
#include <string>

#include "storage/order_rows.hpp"

namespace tollgate::tenancy {

struct order_refund {
    storage::order_link link;  // recorded with the receipt
    // The company's customer for whom the refund was requested: it is made only while the order
    // belongs to that customer.
    std::string customer_id;
};

}  // namespace tollgate::tenancy
