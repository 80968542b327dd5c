// A stateful imitation of Stripe's API in memory: requests in, responses out, no sockets. For
// people without a key, and for tests. docs/sandbox.md lists what it covers.
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/http_message.hpp"

namespace tollgate::sandbox {

struct options {
    // A key that is accepted besides those that begin with rk_test_sandbox or sk_test_sandbox. Live
    // keys are always refused.
    std::string api_key = "rk_test_sandbox";
    // The seed of ids: the same seed and the same calls give the same ids.
    std::string seed = "tollgate";
    // Start with the small business of docs/sandbox.md; otherwise empty.
    bool with_business = true;
    // Also answer operations that are not simulated, from the catalogue alone: parameters are
    // checked by name and type, and an object of the right kind is returned. For tests.
    bool strict = false;
};

class sandbox {
public:
    // Builds the world at the clock's current time. The clock lives as long as the sandbox.
    sandbox(const base::clock& time, options with);
    ~sandbox();
    sandbox(const sandbox&) = delete;
    sandbox& operator=(const sandbox&) = delete;

    // Answers one request; never throws on any input. Not thread-safe: call it on one executor.
    base::http_response handle(const base::http_request& request);

private:
    struct state;
    void reset();

    const base::clock& time_;
    const options options_;
    std::unique_ptr<state> state_;
};

}  // namespace tollgate::sandbox
