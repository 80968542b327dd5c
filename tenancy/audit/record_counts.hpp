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

// The values of storage::hourly_count::what.
namespace usage_word {
inline constexpr std::string_view calls = "calls";
inline constexpr std::string_view refused = "refused";
inline constexpr std::string_view failed = "failed";
inline constexpr std::string_view took = "took:";      // followed by a bound in milliseconds
inline constexpr std::string_view amount = "amount:";  // followed by a currency
inline constexpr std::string_view writes = "writes:";
}  // namespace usage_word

// Hours since 1970-01-01 in UTC.
std::int64_t hour_of(base::timestamp at);
// Returns the smallest bound of a duration class that is not below `millis`; the last bound stands
// for everything longer.
std::int64_t duration_bound(std::int64_t millis);

// Counts records; nothing is read or written.
class record_counts {
public:
    explicit record_counts(std::string team_id) : team_id_(std::move(team_id)) {}

    // Counts the entry of a call or of the outcome of a write; ignores other records.
    void add(std::string_view entry, base::timestamp recorded_at);
    // Adds the counts to the change that integrates the records.
    void write(storage::integrate_audit& change) const;

private:
    void add_caller(const record_facts& facts, base::timestamp at);

    simdjson::dom::parser parser_;
    std::string team_id_;
    std::map<std::pair<std::string, std::string>, storage::mcp_client_row> callers_;
    std::map<std::tuple<std::string, std::int64_t, std::string>, std::int64_t> sums_;
    std::vector<storage::counted_write> writes_;
};

}  // namespace tollgate::tenancy
