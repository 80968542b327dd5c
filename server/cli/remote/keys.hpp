// The commands `keys list`, `create` and `revoke`: API keys.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class key_commands {
public:
    // Adds the group `keys`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> create(const admin_client& gateway) const;
    // gateway_wrong_usage if it was not confirmed.
    base::result<int> revoke(const admin_client& gateway) const;

    gateway_commands group_;
    std::string id_;
    std::string name_;
    std::string role_;
    unsigned limit_ = 100;
    bool yes_ = false;
};

}  // namespace tollgate::server
