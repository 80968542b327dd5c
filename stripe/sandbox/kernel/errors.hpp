// Stripe's errors, as values.
#pragma once
#include <boost/system/result.hpp>

#include <string>
#include <string_view>

#include "stripe/sandbox/kernel/json.hpp"

namespace tollgate::sandbox {

// The content of {"error": {...}}. Empty strings are left out. `more` contains further members:
// decline_code, charge, payment_intent.
struct api_error {
    // Declared so that this is not an aggregate, which could be constructed from an outcome's
    // value.
    api_error() = default;

    unsigned status = 400;
    std::string type = "invalid_request_error";
    std::string code;
    std::string message;
    std::string param;
    json more = json::object();
    // The failure is an outcome of the operation, not of its input: it is stored under the
    // idempotency key.
    bool keeps = false;
};

// Found by ADL if value() is called on an error, which is a bug in the caller.
[[noreturn]] void throw_exception_from_error(const api_error& error, const boost::source_location&);

// The answer of an operation, or Stripe's error.
template <typename T = json>
using outcome = boost::system::result<T, api_error>;

// 400 with a message, and the parameter it is about.
api_error bad_request(std::string message, std::string param = {}, std::string code = {});

// 400 parameter_missing.
api_error missing_param(std::string_view param);

// `No such charge: 'ch_1'`: 404 if the id was in the path, 400 if it was given as `param`.
api_error no_such(std::string_view object, std::string_view id, std::string_view param,
                  bool in_path);

// The body of an error's answer. `request_id` goes into the link to the log.
json error_body(const api_error& error, std::string_view request_id);

}  // namespace tollgate::sandbox
