// A write as it is recorded before it is sent: everything that reaches Stripe except the account's
// key and the idempotency key.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

struct recorded_request {
    std::string method;
    std::string target;  // path and query
    std::string body;
    std::string content_type;
    std::string connected_account;  // acct_… of Stripe-Account, or empty
    std::string stripe_version;     // of Stripe-Version
    api_host host = api_host::api;
};

// The record of `request`.
recorded_request record_of(const upstream_request& request);

// Encodes the record as bytes, and decodes it; nullopt if the bytes were not written by
// encode_record().
std::string encode_record(const recorded_request& record);
std::optional<recorded_request> decode_record(std::string_view bytes);

}  // namespace tollgate::stripe
