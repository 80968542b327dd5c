// The lines that `policy replay` prints.
#pragma once
#include <istream>
#include <ostream>

#include "tenancy/admin/policy_replay.hpp"

namespace tollgate::server {

// Reads records of the audit log, one JSON object a line, from `records`, and writes a line to
// `out` for each call about which the rules would have decided otherwise, or cannot say
// (tenancy::policy_replay). Fails with invalid_argument "bad_record" at the first line that is no
// record.
base::result<tenancy::replay_counts> replay_records(const tenancy::policy& rules,
                                                    const tenancy::tool_directory& tools,
                                                    const tenancy::replay_range& range,
                                                    std::istream& records, std::ostream& out);

}  // namespace tollgate::server
