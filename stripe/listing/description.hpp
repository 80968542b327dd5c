// One operation as described by describe_stripe_operation: what it does and its arguments.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// A schema longer than this many bytes is shown with less depth: arguments with nested parts list
// the names of these parts, and `argument` returns each one in full.
constexpr std::size_t whole_schema_bytes_max = 6'000;

// {"operation":…,"call_with":…,"description":…,"input_schema":…} for the whole operation, or with
// `argument` ("line_items.price_data") only that part of the schema. Fails with
// errc::invalid_argument "unknown_argument" if there is no such part; the message names the nearest
// one, or lists them. `json` is the tool as the server shows it (shown_tool()); `parser` is not
// used after the call.
base::result<std::string> describe_operation(const operation& one, std::string_view json,
                                             std::string_view argument,
                                             simdjson::dom::parser& parser);

// The facts by which a model chooses an operation.
struct operation_digest {
    std::string description;    // the tool's own sentence; empty if it has none
    std::string required_json;  // names of the required arguments, a JSON array; empty if none
};
operation_digest digest_of(const operation& one, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
