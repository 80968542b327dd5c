// One operation as describe_stripe_operation tells it: what it does and what it takes.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// A schema longer than this many bytes is told with less depth: arguments with parts of their own
// name these parts, and `argument` gives each in full.
constexpr std::size_t whole_schema_bytes_max = 6'000;

// {"operation":…,"call_with":…,"description":…,"input_schema":…} for the whole operation, or with
// `argument` ("line_items.price_data") only that part of the schema. Fails with
// errc::invalid_argument "unknown_argument" when there is no such part; the message names the
// nearest or the ones there are. `json` is the tool as the server shows it (shown_tool()); `parser`
// is used and done with.
base::result<std::string> describe_operation(const operation& one, std::string_view json,
                                             std::string_view argument,
                                             simdjson::dom::parser& parser);

// What a model needs to know to choose an operation.
struct operation_digest {
    std::string description;    // the tool's own sentence; empty when it has none
    std::string required_json;  // names of the required arguments, a JSON array; empty when none
};
operation_digest digest_of(const operation& one, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
