// The usage of a team, an account or an MCP server: hourly sums, read from few rows however many
// records there are.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

struct usage_counts {
    std::int64_t calls = 0;
    std::int64_t refused = 0;
    std::int64_t failed = 0;
};

struct usage_hour {
    base::timestamp at;  // its beginning
    usage_counts counts;
};

struct usage_amount {
    std::string currency;
    std::int64_t amount = 0;  // of writes that succeeded, in minor units
    std::int64_t writes = 0;
};

struct usage_report {
    base::timestamp from;
    base::timestamp to;  // the end of the running hour
    std::vector<usage_hour> hours;
    usage_counts total;
    // Upper bounds of the 50th and 95th percentile of the durations of calls, in milliseconds;
    // absent without calls.
    std::optional<std::int64_t> p50_ms{};
    std::optional<std::int64_t> p95_ms{};
    std::vector<usage_amount> amounts;
};

// How many hours counts are kept.
constexpr std::int64_t usage_hours_kept = 8 * 24;

// The usage of a scope (team, account or MCP server) in the last `hours` hours, including the
// current one. It is zero for a scope that the team does not have. Fails with errc::unavailable if
// the store cannot be read.
base::awaitable<base::result<usage_report>> read_usage(const environment& env, std::string team_id,
                                                       std::string scope_id, std::int64_t hours);

}  // namespace tollgate::tenancy
