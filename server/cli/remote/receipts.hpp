// The commands `receipts list`, `show`, `reconcile` and `settle`.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

// The exit statuses of `receipts …`.
constexpr int receipts_done = 0;
constexpr int receipts_unknown = 1;    // reconcile: an outcome is still not known; or wrong usage
constexpr int receipts_not_asked = 2;  // the gateway could not be asked, or it refused

class receipts_commands {
public:
    // Adds the group `receipts`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> show(const admin_client& gateway) const;
    base::result<int> reconcile(const admin_client& gateway) const;
    base::result<int> settle(const admin_client& gateway) const;

    gateway_commands group_;
    std::vector<std::string> filter_;  // values of the filters, in the order of their table
    std::string id_;
    unsigned limit_ = 100;
    bool succeeded_ = false;
    bool failed_ = false;
    std::string reason_;
    std::string object_id_;
};

}  // namespace tollgate::server
