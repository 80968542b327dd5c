// Recognizes ids by their prefix, and refuses an id of the wrong kind before it is sent.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

// The kind of object that the longest known prefix of an id names; empty if it has none.
std::string_view kind_of_id(std::string_view id);

// The first argument of the call that must be the id of one kind of object but has the prefix of
// another, as errc::invalid_argument "invalid_value": the message names the kind and, if the
// operation has one, the argument that takes it. Ids without a known prefix are left to Stripe.
std::optional<base::failure> id_of_another_kind(const given_arguments& given);

}  // namespace tollgate::stripe
