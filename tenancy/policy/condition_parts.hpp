// Parts that several conditions have, read from JSON.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.hpp"
#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

// Makes `in` fail with that code, about its member `name`: "amounts must be …".
void refuse_member(base::json_reader& in, const char* name, std::string code,
                   const std::string& message);

// True for three small letters.
bool is_currency_code(std::string_view text);

// The member `name`, a time with an offset. Nothing if it is not given, or refused
// ("invalid_time").
std::optional<base::timestamp> read_moment(base::json_reader& in, const char* name);

// "amounts": a limit for each currency; empty if it is not given, or refused ("wrong_type",
// "empty_list").
std::vector<currency_limit> read_amounts(base::json_reader& in);

// "base": one amount for several currencies. Adds the limit that it is in the base currency to
// `limits`. Nothing if it is not given; refused as "missing_field", "wrong_type", "unknown_value".
std::optional<base_rates> read_base(base::json_reader& in, std::vector<currency_limit>& limits);

}  // namespace tollgate::tenancy
