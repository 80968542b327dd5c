// Stripe's answer without the parts outside the data scope of an MCP server.
#pragma once
#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "stripe/scope/inside.hpp"

namespace tollgate::stripe {

struct scoped_body {
    std::string text;          // with spare bytes for simdjson
    std::size_t left_out = 0;  // rows of the page
    std::size_t reduced = 0;   // expanded objects reduced to their id
    std::string last_id;       // of the last row in Stripe's answer, whether left out or not
};

// Returns `body` with only the rows that are in scope; expanded objects outside it are reduced to
// their ids. Nullopt if the answer is one object outside the scope, or not a JSON object. `parser`
// is used only during the call.
std::optional<scoped_body> body_inside(const operation& called, std::string_view body,
                                       const data_limits& limits, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
