// The command `usage`: how much a team, an account or an MCP server was used.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class usage_commands {
public:
    // Adds the command. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> run(const admin_client& gateway) const;

    gateway_commands group_;
    std::string server_;
    std::string account_;
    bool week_ = false;
};

}  // namespace tollgate::server
