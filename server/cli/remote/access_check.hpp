// What a gateway says after a revoke, suspend or resume.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "server/cli/gateway/admin_client.hpp"
#include "server/cli/remote/targets.hpp"

namespace tollgate::server {

enum class brake : std::uint8_t { revoke, suspend, resume };

// "revoke"
std::string name_of(brake what);
// "revoked"; of resume: "active".
std::string state_after(brake what);
// Whether an MCP server in that state is concerned.
bool concerns(brake what, const std::string& status);

// What one address says of everything that was meant.
struct brake_finding {
    std::string where;  // an address without secrets
    bool agrees = false;
    std::string saw;  // for a person: "2 of 2 are revoked"
};

// Asks the gateway, and each of `instances`, for the state of what was meant; and the MCP URL, if
// the target is one. Never fails: what cannot be asked does not agree.
std::vector<brake_finding> check_brake(const admin_client& gateway,
                                       const std::vector<std::string>& instances, brake what,
                                       const target& meant);

}  // namespace tollgate::server
