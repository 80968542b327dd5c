// What a call would do, in words for the person who is to agree to it.
#pragma once
#include <string>

#include "stripe/request/given_arguments.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

constexpr std::size_t effect_lines_max = 40;   // of arguments; more are counted, not shown
constexpr std::size_t effect_value_max = 160;  // bytes of one value

// The tool's title, whether the account is live, and each argument on a line of its own, amounts
// also in words, with what cannot be seen escaped and secrets masked. Pure.
std::string effect_text(const given_arguments& given, const tenancy::grant& grant);

}  // namespace tollgate::stripe
