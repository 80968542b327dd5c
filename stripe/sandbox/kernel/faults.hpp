// Failure on demand: what POST /_sandbox/fail sets up.
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
    std::string method;       // empty: any
    std::string path_prefix;  // empty: any
    std::int64_t retry_after_s = -1;
    std::int64_t times = 1;
};

class faults {
public:
    // Reads {"status", "reason", "times", "retry_after", "method", "path"}; 400 on anything else.
    // At most 100 wait at a time.
    outcome<bool> plan(const std::string& body);

    // The failure of this request, if one waits for it; counts it.
    std::optional<fault> next(std::string_view method, std::string_view path);

private:
    std::deque<fault> waiting_;
};

// The error a fault answers with, in Stripe's words.
api_error error_of(const fault& planned);

}  // namespace tollgate::sandbox
