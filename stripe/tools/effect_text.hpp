// Describes the effect of a call in words, for the person who must approve it.
#pragma once
#include <string>

#include "stripe/request/given_arguments.hpp"
#include "tenancy/policy/state_facts.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

constexpr std::size_t effect_lines_max = 40;   // lines of arguments; further ones are counted, not
                                               // shown
constexpr std::size_t effect_value_max = 160;  // bytes per value

// The tool's title, whether the account is live, and one line per argument, with amounts also in
// words, invisible characters escaped and secrets masked. For a refund, also the amount that can
// still be refunded, if `state`, which may be null, has it. Pure.
std::string effect_text(const given_arguments& given, const tenancy::grant& grant,
                        const tenancy::state_facts* state = nullptr);

}  // namespace tollgate::stripe
