// Stripe's answer without what is outside the data of an MCP server.
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
    std::size_t reduced = 0;   // expanded objects of which only the id is left
    std::string last_id;       // of Stripe's last row, left out or not
};

// `body` with only the rows that are inside; expanded objects that are outside are reduced to their
// ids. Nothing if the answer is one object that is outside, or no JSON object. `parser` is used for
// the time of the call.
std::optional<scoped_body> body_inside(const operation& called, std::string_view body,
                                       const data_limits& limits, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
