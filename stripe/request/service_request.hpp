// Turns the arguments of a call into one request to a service. Pure: no I/O, no clock, no state.
#pragma once
#include <simdjson.h>

#include "stripe/request/encoder.hpp"

namespace tollgate::stripe {

// `to` is an operation of a service. `arguments` are those of its declared tool, with checked
// types; names that the operation does not have are ignored. An argument cannot leave its place:
// everything except unreserved characters (RFC 3986 §2.3) is percent-encoded, and a path parameter
// cannot be empty, "." or "..". Lists are sent in a query or form as repeated pairs. Fails with
// errc::invalid_argument "missing_argument", "wrong_type", "invalid_value" or "too_large"; `field`
// names the argument.
base::result<encoded_request> encode_for_service(const operation& to,
                                                 simdjson::dom::object arguments);

}  // namespace tollgate::stripe
