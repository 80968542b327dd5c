// The command `demo seed`: a small business to try the tools of "operations" with.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class demo_command {
public:
    // Adds the group `demo`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    // Makes five customers with two or three payments each at Stripe, and their orders. Live
    // accounts are refused. The same run again changes nothing. The exit status: 0 if everything is
    // there, 1 if it was refused, 2 if the gateway could not be asked.
    int seed(const admin_client& gateway) const;

    // With --json: {customers,orders,made}.
    int report(bool made) const;

    gateway_commands group_;
    std::string account_;
};

}  // namespace tollgate::server
