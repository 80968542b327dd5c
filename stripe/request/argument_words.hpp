// Describes what an argument takes and what was given, for error messages.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// What a parameter takes: "a whole number", "an array of strings".
std::string expected(const parameter& as);

// The type of a JSON value: "an object", "null".
const char* json_word(const simdjson::dom::element& given);

// True for ranges of times: all of Stripe's ranges except those of amounts.
bool is_time_range(const parameter& as);

// "unknown argument 'custmer'; did you mean 'customer'?", or the list of names if none is near.
std::string unknown_argument_message(std::string_view path, std::string_view nearest,
                                     const std::vector<std::string_view>& known);

}  // namespace tollgate::stripe
