// The gateway's own limits on calls: whether a grant may send one more request to Stripe.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mcp/tool_provider.hpp"
#include "tenancy/limits/rate_limiter.hpp"

namespace tollgate::stripe {

struct tool_services;

enum class limit_scope : std::uint8_t { server, account, team };
constexpr std::size_t limit_scopes = 3;

// "server", "account", "team".
std::string_view to_string(limit_scope scope) noexcept;

// Notified of every refusal. Thread-safe, does not block.
class refusal_counter {
public:
    virtual ~refusal_counter() = default;
    virtual void rate_limited(limit_scope scope) noexcept = 0;
};

// The limits of an instance. Shared by all loops; a part of tool_services.
struct call_limits {
    tenancy::rate_limiter& limiter;  // outlives this
    tenancy::call_rate server;       // if the grant has no rate of its own
    tenancy::call_rate account;
    tenancy::call_rate team;
    refusal_counter* refusals = nullptr;  // may be null; outlives this
};

// The limit that refuses a request, or else the one that is closest to doing so.
struct limit_state {
    limit_scope scope = limit_scope::server;
    tenancy::rate_verdict verdict;  // verdict.rate.calls is 0 if there is no limit at all
};

// Charges one request to Stripe to the grant's server, account and team, or to none of them if one
// has reached its limit; a refusal is logged and counted. The references live until it is done.
// Resumes on the caller's executor.
base::awaitable<limit_state> charge(const tenancy::grant& grant, const tool_services& services,
                                    base::timestamp now);

// The result of a call that was refused, {"error":{"source":"tollgate","type":"rate_limited",…}},
// with the headers.
mcp::tool_result limited_result(const limit_state& exceeded);

// A sentence that says which limit is used up.
std::string limit_sentence(const limit_state& exceeded);

// The state as RateLimit headers, with Retry-After for a refusal; none without a limit.
std::vector<std::pair<std::string, std::string>> limit_headers(const limit_state& state);

}  // namespace tollgate::stripe
