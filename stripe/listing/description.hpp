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
// nearest or the ones there are. `parser` is used and done with.
base::result<std::string> describe_operation(const operation& one, std::string_view argument,
                                             simdjson::dom::parser& parser);

// The tool's own sentence on `one`; empty when it has none.
std::string description_of(const operation& one, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
