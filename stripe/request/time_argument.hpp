// Times in arguments: ISO 8601 dates and times, or Unix seconds, which is the form sent to Stripe.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "stripe/request/scalar.hpp"

namespace tollgate::stripe {

// The allowed forms of a time, for messages.
constexpr std::string_view time_forms =
    "an ISO 8601 date or time in UTC (\"2026-11-15\", \"2026-11-15T10:00:00Z\") or whole Unix "
    "seconds";

// A time as Unix seconds in decimal: from an integer or its text; from "2026-11-15" (that day's
// first second in UTC), "2026-11-15T10:00", "2026-11-15T10:00:00" (UTC) and RFC 3339 with an
// offset. Nullopt for anything else. The view is of `room` or of the value.
std::optional<std::string_view> time_text(const simdjson::dom::element& value, number_text& room);

// "2026-11-15" for the digits 20261115, which probably mean a date and not the Unix seconds of
// August 1970; nullopt if the digits are not such a date.
std::optional<std::string> date_in_digits(std::string_view digits);

}  // namespace tollgate::stripe
