// The arguments the gateway adds to Stripe's own: paging, the size and form of answers, searches
// without a query language, and the key that makes a repeated write harmless.
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

// What a tool shows of them: `fields` where objects are read, `max_tokens` for pages, `aggregate`
// for lists with a cursor, `where` and `match` for searches, `next_cursor` where there are pages,
// `idempotency_key` for writes, `filename` beside a file.
std::vector<gateway_argument> gateway_arguments(const model_operation& operation,
                                                const documentation& texts);

// True for the names above. No operation of Stripe's may have a parameter of that name, except
// `idempotency_key`.
bool is_gateway_argument(std::string_view name);

// True when the tool may be called without this parameter though Stripe requires it: `query`, which
// `where` stands for.
bool replaced_by_gateway(const model_operation& operation, std::string_view parameter);

}  // namespace tollgate::stripe::generator
