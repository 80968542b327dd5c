// The commands `approvals list`, `show`, `object`, `approve` and `deny`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

// `approvals approve` has the exit statuses of approval_status.hpp.
class approvals_commands {
public:
    // Adds the group `approvals`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> show(const admin_client& gateway) const;
    base::result<int> object(const admin_client& gateway) const;
    base::result<int> answer(const admin_client& gateway, std::string_view verdict) const;

    gateway_commands group_;
    std::string id_;
    std::string reason_;
    std::string state_;
    std::string server_;
    std::string tool_;
    unsigned limit_ = 100;
};

}  // namespace tollgate::server
