#include "mcp/protocol/server_identity.hpp"

#include <algorithm>

#include "base/json_text.hpp"

namespace tollgate::mcp {

std::string server_identity::json(const tenancy::grant& grant) const {
    const std::string title = words_for(grant).title;
    std::string out = "{";
    base::json_members{out}
        .text("name", "tollgate")
        .text("title", title.empty() ? info_.title : title)
        .text("version", info_.version);
    return out += '}';
}

server_identity::guidance server_identity::instructions(const tenancy::grant& grant,
                                                        std::int64_t ttl_ms_max) const {
    const auto words = words_for(grant);
    guidance out{words.instructions.empty() ? info_.instructions : words.instructions, ttl_ms_max};
    if (!out.text.empty() && !words.state.empty()) out.text += ' ';
    out.text += words.state;
    out.ttl_ms = std::clamp<std::int64_t>(words.state_holds_for.count(), 0, ttl_ms_max);
    return out;
}

}  // namespace tollgate::mcp
