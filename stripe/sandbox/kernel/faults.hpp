// Planned failures, set up with POST /_sandbox/fail.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

struct fault {
    unsigned status = 500;
    std::string reason;       // 429: Stripe-Rate-Limited-Reason
    std::string code;         // approval_required or action_blocked: a rule of the Stripe account
    std::string method;       // empty: any
    std::string path_prefix;  // empty: any
    std::int64_t retry_after_s = -1;
    std::int64_t times = 1;
};

class faults {
public:
    // Reads {"status", "code", "reason", "times", "retry_after", "method", "path"}; 400 for
    // anything else. At most 100 may be pending.
    outcome<bool> plan(const std::string& body);

    // The pending failure for this request, if any; counts it.
    std::optional<fault> next(std::string_view method, std::string_view path);

private:
    std::deque<fault> waiting_;
};

// The error of a fault, in Stripe's words.
api_error error_of(const fault& planned);

}  // namespace tollgate::sandbox
