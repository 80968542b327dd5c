// Conditions about Stripe's present state, and about writes that repeat each other.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/cap_rows.hpp"
#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::tenancy {

// The fact that a condition needs; nothing if it needs none.
std::optional<state_kind> state_of(const condition& when);

// What a rule with that condition reads first, in words for people.
std::string_view cost_of(state_kind kind) noexcept;

// Whether `call` keeps to `when`, which is about Stripe's state, by `facts`. A fact that is not
// known is a violation that cannot be approved. Nothing for other conditions. Pure.
std::optional<violation> check_state(const condition& when, const call_facts& call,
                                     const state_facts& facts);

// Under which name writes equal to `call` are counted for the rule `one`: those with the same
// amount and currency that name the same objects; with call_facts::compares_all those of the same
// tool with the same arguments. It counts one write, with no limit.
storage::cap_claim repeat_claim(const ready_rule& one, const repeat_limit& limit,
                                const call_facts& call);

// Why a call is refused that repeats another.
violation repeat_violation(const repeat_limit& limit);

}  // namespace tollgate::tenancy
