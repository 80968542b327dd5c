// What `tollgate verify` tries: each promise with a control, which shows that the attempt would
// have worked if nothing stood in its way.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "server/cli/verify/verify_bench.hpp"
#include "server/cli/verify/verify_report.hpp"

namespace tollgate::server {

struct verify_options {
    bool slow = false;             // also what takes a minute
    bool writes = false;           // also a write, to test accounts only, and a denied approval
    bool freezes = false;          // also a freeze of the account, for a moment
    std::string other_team_key{};  // an API key of another team, or empty
};

// How many verify_all() tries.
std::size_t check_count(const verify_options& options);

// Tries everything, in order, and gives `each` the reports as they come.
std::vector<check_report> verify_all(verify_bench& bench, const verify_options& options,
                                     const std::function<void(const check_report&)>& each);

}  // namespace tollgate::server
