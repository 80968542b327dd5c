// Says in words what an object's state means for a call that waits for approval.
#pragma once
#include <simdjson.h>

#include <string>
#include <vector>

#include "stripe/request/given_arguments.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::stripe {

constexpr std::size_t object_remarks_max = 20;

// Sentences for the person who decides: what can still be refunded against what the call refunds,
// whether it can still be captured, an open dispute, and, for an update, the present value of each
// argument that the call would replace. `shown` is the object as it is shown, so that nothing is
// said that is redacted there. Pure.
std::vector<std::string> object_remarks(const given_arguments& given,
                                        const tenancy::state_facts& state,
                                        simdjson::dom::object shown);

}  // namespace tollgate::stripe
