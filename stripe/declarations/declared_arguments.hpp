// From the arguments of a declared tool to those of its operation.
#pragma once
#include <simdjson.h>

#include <string>

#include "base/result.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// Whether absent required arguments are a mistake, or left out.
enum class absent_arguments : std::uint8_t { refused, left_out };

// The arguments of the operation of `tool` as a JSON object: the declared inputs under Stripe's
// names, declared defaults where nothing is given, and the arguments that the gateway adds.
// `other_arguments` are taken unchanged, too. Fails with invalid_argument, `field` being the name:
// "unknown_argument" (with the nearest one), "missing_argument", "wrong_type", "invalid_value",
// "too_large". Pure.
base::result<std::string> operation_arguments_of(const tenancy::declared_tool& tool,
                                                 simdjson::dom::object given,
                                                 std::span<const std::string_view> other_arguments,
                                                 absent_arguments absent);

}  // namespace tollgate::stripe
