// Single values of a row by dotted path, for sums and groups over many pages.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stripe/request/own_arguments.hpp"

namespace tollgate::stripe {

// The value at `path` ("outcome.reason"), or nothing if the path goes through a list or an array,
// or a member is absent. The answer's document must outlive the value.
std::optional<simdjson::dom::element> value_at(simdjson::dom::element row, std::string_view path);

// The value at `path` as the name of a group: text unchanged, numbers and booleans as in JSON, an
// object by its id; "none" for null, absent or any other value.
std::string group_at(simdjson::dom::element row, std::string_view path);

// The day, week or month in UTC of the time at `path` as the name of a group: "2026-11-29",
// "2026-W48" (ISO 8601: weeks begin on Monday) or "2026-11"; "none" if there is no time.
std::string span_at(simdjson::dom::element row, std::string_view path, time_span by);

// The integer at `path`, or nothing.
std::optional<std::int64_t> integer_at(simdjson::dom::element row, std::string_view path);

// The currency of the amount at `path`: from the object that contains it, or from an outer object;
// empty if none has one. A view of the document.
std::string_view currency_at(simdjson::dom::element row, std::string_view path);

}  // namespace tollgate::stripe
