// What audit records count for the usage of their team, account and MCP server, by the hour; and
// which clients called.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "storage/changes/audit_log.hpp"
#include "tenancy/audit/record_facts.hpp"

namespace tollgate::tenancy {

// The words of storage::hourly_count.
namespace usage_word {
inline constexpr std::string_view calls = "calls";
inline constexpr std::string_view refused = "refused";
inline constexpr std::string_view failed = "failed";
inline constexpr std::string_view took = "took:";      // and a bound in milliseconds
inline constexpr std::string_view amount = "amount:";  // and a currency
inline constexpr std::string_view writes = "writes:";
}  // namespace usage_word

// Hours since 1970-01-01 in UTC.
std::int64_t hour_of(base::timestamp at);
// The smallest bound of the durations that are told apart which is not below `millis`; the last
// one stands for everything longer.
std::int64_t duration_bound(std::int64_t millis);

// Counts records; nothing is read or written.
class record_counts {
public:
    explicit record_counts(std::string team_id) : team_id_(std::move(team_id)) {}

    // Counts a call or the outcome of a write, and nothing else.
    void add(const storage::audit_entry& record);
    // Adds the counts to the change that integrates the records.
    void write(storage::integrate_audit& change) const;

private:
    void add_caller(const record_facts& facts, base::timestamp at);

    std::string team_id_;
    std::map<std::pair<std::string, std::string>, storage::mcp_client_row> callers_;
    std::map<std::tuple<std::string, std::int64_t, std::string>, std::int64_t> sums_;
    std::vector<storage::counted_write> writes_;
};

}  // namespace tollgate::tenancy
