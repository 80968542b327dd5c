#include "server/cli/policy/policy_replay.hpp"

#include <string>

namespace tollgate::server {

namespace {

using tenancy::replay_outcome;

std::string line_of(const tenancy::replayed_call& one) {
    std::string out = one.time + ' ' + one.tool + ' ' + one.request + ": was " + one.was + "; ";
    switch (one.now) {
        case replay_outcome::denied:
            return out + "would be denied by " + one.why;
        case replay_outcome::asked:
            return out + "would need approval by " + one.why;
        case replay_outcome::allowed:
            return out + "would be allowed by these rules alone";
        default:
            return out + "cannot be known (" + one.why + ')';
    }
}

}  // namespace

base::result<tenancy::replay_counts> replay_records(const tenancy::policy& rules,
                                                    const tenancy::tool_directory& tools,
                                                    const tenancy::replay_range& range,
                                                    std::istream& records, std::ostream& out) {
    tenancy::policy_replay replay{rules, tools, range};
    std::string line;
    for (std::uint64_t number = 1; std::getline(records, line); ++number) {
        if (line.empty()) continue;
        const auto changed = replay.take(line);
        if (!changed)
            return base::invalid("bad_record", "line " + std::to_string(number) +
                                                   " of the records is not a JSON object");
        if (*changed) out << line_of(**changed) << '\n';
    }
    return replay.counts();
}

}  // namespace tollgate::server
