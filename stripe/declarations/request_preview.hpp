// The request that a declared tool would send, without sending it.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "stripe/declarations/resolve.hpp"
#include "tenancy/policy/decision.hpp"

namespace tollgate::stripe {

struct previewed_request {
    std::string method;
    std::string url;   // parameters of the path that are not given: "{charge_id}"
    std::string head;  // the headers, one a line, the secret masked
    std::string body;  // or empty
    // What the capability's own rules say; those of teams, accounts and servers are not known here.
    tenancy::decision decided{};
};

// The request of `one` with the declared arguments `given`, as a running gateway sends it. With
// `all`, required arguments may be absent. Fails as operation_arguments_of() and encode() do. Pure.
base::result<previewed_request> preview_request(const resolved_capability& one,
                                                simdjson::dom::object given, bool all,
                                                base::timestamp now);

}  // namespace tollgate::stripe
