// The arguments that the gateway adds to Stripe's own: paging, the size and form of answers,
// searches without a query language, and the key that makes repeating a write safe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/generator/documentation.hpp"

namespace tollgate::stripe::generator {

struct gateway_argument {
    std::string name;
    std::string schema;  // the members of its node
};

// The added arguments of a tool: `fields` if it returns objects, `max_tokens` for pages,
// `aggregate` for lists with a cursor, `where` and `match` for searches, `next_cursor` if there are
// pages, `operation_key` for writes, `filename` beside a file.
std::vector<gateway_argument> gateway_arguments(const model_operation& operation,
                                                const documentation& texts);

// True for the names above. No operation of Stripe may have a parameter with such a name.
bool is_gateway_argument(std::string_view name);

// True if the tool may be called without this parameter although Stripe requires it: `query`, which
// `where` replaces.
bool replaced_by_gateway(const model_operation& operation, std::string_view parameter);

}  // namespace tollgate::stripe::generator
