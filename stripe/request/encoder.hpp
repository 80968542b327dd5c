// Turns the flat arguments of a tools/call into one Stripe request. Pure: no I/O, no clock, no
// state.
#pragma once
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/given_arguments.hpp"
#include "stripe/request/value_encoder.hpp"

namespace tollgate::stripe {

// The request to Stripe, without headers.
struct encoded_request {
    http_method method = http_method::get;
    std::string target;         // path and query: "/v1/charges/ch_1?expand[0]=customer"
    std::string body;           // empty unless POST
    std::string content_type;   // of the body: form, JSON (v2) or multipart; empty unless POST
    std::string operation_key;  // the argument of that name, or empty
};

// Which parameters a call may use: those that a tool shows, or all of Stripe's (for our own calls).
enum class accepted_parameters : std::uint8_t { documented, all };

// Arguments handled by the gateway: skipped here, not reported missing if they are required, and
// suggested for a mistyped name.
using gateway_arguments = std::span<const std::string_view>;

// The maximum size of a query or body, without files; a larger call is refused (code too_large).
constexpr std::size_t encoded_bytes_max = std::size_t{512} * 1024;

// Splits the arguments into path, query and body by the operation's parameters and encodes them.
// `given` is not kept. Fails with
// errc::invalid_argument, `field` being the path of the argument
// ("line_items[0].price_data.currency") and the message a sentence that says what to give instead:
//   unknown_argument  a name the tool does not have, at any depth, with the nearest one
//   missing_argument  one or more required arguments are absent; all are named
//   wrong_type        a value of the wrong JSON type, or null for what cannot be cleared
//   invalid_value     the right type with an impossible value: an id with a slash, an empty array,
//                     with closed `values` a word that its enum does not list
//   too_large         over a stated limit
base::result<encoded_request> encode(const given_arguments& given,
                                     accepted_parameters which = accepted_parameters::documented,
                                     gateway_arguments passed_over = {},
                                     listed_values values = listed_values::open);

// The same for arguments that have not been read yet: an object without duplicate keys.
base::result<encoded_request> encode(const operation& to, simdjson::dom::object arguments,
                                     accepted_parameters which = accepted_parameters::documented,
                                     gateway_arguments passed_over = {},
                                     listed_values values = listed_values::open);

}  // namespace tollgate::stripe
