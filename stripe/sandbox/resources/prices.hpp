// Prices, including those described in other requests (price_data).
#pragma once
#include <string>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// Stores a price from `data` (currency, unit_amount or unit_amount_decimal or custom_unit_amount,
// product or product_data, recurring, …) and returns it. `param` names the data in errors; empty at
// the top level. The product in `data` must exist unless it is created with this price.
outcome<json*> make_price(world& in, const json& data, const std::string& param);

// A line of a request: a price by id or by price_data, and a quantity.
struct priced_line {
    json* price = nullptr;
    std::int64_t quantity = 1;
};

// Reads {price | price_data, quantity} of `param` ("line_items[0]").
outcome<priced_line> read_line(world& in, const json& line, const std::string& param);

// Stores a line of a checkout session or payment link `owner`.
json& make_item(world& in, const priced_line& line, const std::string& owner);

// The rows of an owner's lines, in order.
std::vector<json*> items_of(world& in, const std::string& owner);

}  // namespace tollgate::sandbox
