// The Stripe object whose state decides about a call.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "stripe/request/given_arguments.hpp"
#include "tenancy/rules/state_kind.hpp"

namespace tollgate::stripe {

// The facts that rules can use about the calls of an operation; none for operations that only read.
// Pure.
tenancy::state_set states_of(const operation& called);

// An object that can be read.
struct state_subject {
    std::string_view object;  // "charge", "payment_intent" and so on
    std::string id;
    std::string target;  // the path that reads it
};

// True if `id` has only characters that Stripe's ids have, so that it may be part of a path.
bool is_object_id(std::string_view id);

// The object that the call concerns: the one in its path, or the payment that it names. `target` is
// the call's own, encoded. Otherwise a sentence on why the object cannot be determined: none is
// named, several are, or the id is invalid. Pure.
std::variant<state_subject, std::string> subject_of(const given_arguments& given,
                                                    std::string_view target);

// The object of that kind and id, if one operation reads it by its id alone; otherwise nullopt.
// Pure.
std::optional<state_subject> subject_with_id(std::string_view object, std::string_view id);

}  // namespace tollgate::stripe
