// The object of Stripe's whose state decides about a call.
#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "stripe/request/given_arguments.hpp"
#include "tenancy/rules/state_kind.hpp"

namespace tollgate::stripe {

// What rules can ask about the calls of an operation: nothing for those that only read. Pure.
tenancy::state_set states_of(const operation& called);

// An object that can be read.
struct state_subject {
    std::string_view object;  // "charge", "payment_intent" and so on
    std::string id;
    std::string target;  // the path that reads it
};

// True if `id` has only the characters that ids of Stripe's have, so that it may stand in a path.
bool is_object_id(std::string_view id);

// The object that the call is about: the one in its path, or the payment that it names. `target` is
// the call's own, encoded. Otherwise a sentence that says why it cannot be told: none is named,
// several are, or the id is none. Pure.
std::variant<state_subject, std::string> subject_of(const given_arguments& given,
                                                    std::string_view target);

}  // namespace tollgate::stripe
