// The arguments that a user gave for a prompt: checked, and as the data that becomes part of its
// text.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "stripe/content/prompt_book.hpp"

namespace tollgate::stripe {

constexpr std::size_t words_bytes_max = 200;  // for an argument of form words

// One JSON object on one line: each argument that was given or has a default, amounts also in the
// smallest unit and in words (`amount_minor`, `amount_in_words`), days also as Unix seconds
// (`day_from`, `day_to`: the first second of the day and of the next). Invisible characters are
// escaped. Fails with errc::invalid_argument; `field` names the argument: unknown_argument (with
// the nearest), missing_argument, wrong_type, invalid_value.
base::result<std::string> given_json(const prompt& of,
                                     const std::optional<simdjson::dom::object>& given,
                                     base::timestamp now);

// "2500.00" in "usd" as 250000; nothing if the text is not a positive amount with at most the
// currency's decimals, or does not fit.
std::optional<std::int64_t> amount_in_minor_units(std::string_view text, std::string_view currency);

}  // namespace tollgate::stripe
