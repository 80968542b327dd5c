// The commands `orders import` and `orders sync`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/remote/order_sync.hpp"

namespace tollgate::server {

// The exit statuses of `orders …`, beside gateway_not_asked.
constexpr int orders_done = gateway_done;
constexpr int orders_rejected = 1;  // some records were not imported; or wrong usage

class orders_commands {
public:
    // Adds the group `orders`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> import(const admin_client& gateway) const;

    void add_sync(CLI::App& group);

    gateway_commands group_;
    order_sync_options sync_;
    std::string file_;
    std::string account_;
    bool dry_run_ = false;
};

}  // namespace tollgate::server
