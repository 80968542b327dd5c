// Ports that send one signed message, to an address set by the operator or given by a team.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::base {

class webhook {
public:
    virtual ~webhook() = default;

    // POSTs `body`, which is JSON, once. The receiver may drop a message whose `id` it has seen;
    // `at` is the time of this attempt. Succeeds when the receiver has answered 2xx. Fails with
    // errc::unavailable: "unreachable" if no answer came in time, "refused" for any other answer;
    // the message is a sentence without the address. Resumes on the caller's executor, which must
    // be the one that the webhook was made for.
    virtual awaitable<result<>> post(std::string body, std::string id, timestamp at) = 0;
};

// Thread-safe.
class webhook_network {
public:
    virtual ~webhook_network() = default;

    // The host of an address that may be posted to. Fails with invalid_argument "invalid_address"
    // and a sentence that does not repeat the address.
    virtual result<std::string> host_of(const secret& address) const = 0;

    // POSTs `body` as webhook::post() does, on the caller's executor. `key` is the signing secret,
    // "whsec_…"; if it is empty, the message is not signed. Also fails with errc::unavailable if
    // the host has an address outside the public internet.
    virtual awaitable<result<>> post(secret address, secret key, std::string body, std::string id,
                                     timestamp at) = 0;
};

}  // namespace tollgate::base
