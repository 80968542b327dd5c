// What a gateway says after a revoke, suspend or resume.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "server/cli/gateway/admin_client.hpp"
#include "server/cli/remote/targets.hpp"

namespace tollgate::server {

enum class access_action : std::uint8_t { revoke, suspend, resume };

// "revoke"
std::string name_of(access_action action);
// "revoked"; of resume: "active".
std::string state_after(access_action action);
// Whether an MCP server in that state is concerned.
bool concerns(access_action action, const std::string& status);

// What one address says of everything that was meant.
struct access_finding {
    std::string where;  // an address without secrets
    bool agrees = false;
    std::string saw;  // for a person: "2 of 2 are revoked"
};

// Asks the gateway, and each of `instances`, for the state of what was meant; and the MCP URL, if
// the target is one. Never fails: what cannot be asked does not agree.
std::vector<access_finding> check_access(const admin_client& gateway,
                                         const std::vector<std::string>& instances,
                                         access_action action, const target& meant);

}  // namespace tollgate::server
