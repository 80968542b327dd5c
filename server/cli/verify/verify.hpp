// The command `verify`: tries what is promised on a running gateway.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/verify/verify_checks.hpp"

namespace tollgate::server {

class verify_command {
public:
    // Adds the command. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    // The exit status: verify_report.hpp.
    int verify(const admin_client& gateway) const;

    gateway_commands group_;
    verify_options options_;
    std::string account_;
    std::string junit_;
};

}  // namespace tollgate::server
