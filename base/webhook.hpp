// Port: sends one signed message to an address that the operator has set.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

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

}  // namespace tollgate::base
