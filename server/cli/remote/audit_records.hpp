// The commands `audit list` and `audit show`: records of the audit log of a running gateway.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class audit_record_commands {
public:
    // Adds the commands to the group `audit`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> show(const admin_client& gateway) const;

    gateway_commands group_;
    std::vector<std::string> filter_;  // one for each parameter
    std::string id_;
    unsigned limit_ = 100;
};

}  // namespace tollgate::server
