// What the rules of a file would have said of recorded calls.
#pragma once
#include <cstdint>
#include <istream>
#include <optional>
#include <ostream>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::server {

struct replay_counts {
    std::uint64_t calls = 0;
    std::uint64_t same = 0;       // as it was: allowed, waiting for people, or refused
    std::uint64_t denied = 0;     // allowed or waiting then, denied by the file
    std::uint64_t asked = 0;      // allowed or refused then, waiting for people by the file
    std::uint64_t allowed = 0;    // refused or waiting then, allowed by the file alone
    std::uint64_t not_known = 0;  // the record does not say enough
};

// The time of the calls that are looked at.
struct replay_range {
    std::optional<base::timestamp> since;
    std::optional<base::timestamp> until;  // not included
};

// Reads records of the audit log, one JSON object a line, from `records`, and writes a line to
// `out` for each call about which the rules would have decided otherwise, or cannot say. Only what
// a record holds is used: its time and tool, and its arguments if they were recorded without
// leaving anything out. Records of other things are passed over. Fails with invalid_argument
// "bad_record" at the first line that is no record.
base::result<replay_counts> replay_records(const tenancy::policy& rules,
                                           const tenancy::tool_directory& tools,
                                           const replay_range& range, std::istream& records,
                                           std::ostream& out);

}  // namespace tollgate::server
