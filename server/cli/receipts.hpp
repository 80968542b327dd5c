// The commands `receipts list`, `receipts show` and `receipts reconcile`.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/cli/admin_client.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

// The exit statuses of `receipts …`.
constexpr int receipts_done = 0;
constexpr int receipts_unknown = 1;    // reconcile: an outcome is still not known; or wrong usage
constexpr int receipts_not_asked = 2;  // the gateway could not be asked, or it refused

class receipts_commands {
public:
    struct entry {
        CLI::App* command;            // owned by the app
        std::function<int()> action;  // the exit status; refers to this object
    };

    // Adds the group `receipts`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<entry>& all() const { return entries_; }

private:
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> show(const admin_client& gateway) const;
    base::result<int> reconcile(const admin_client& gateway) const;

    std::vector<entry> entries_;
    admin_access access_;
    std::vector<std::string> filter_;  // values of the filters, in the order of their table
    std::string id_;
    unsigned limit_ = 100;
    bool json_ = false;
};

}  // namespace tollgate::server
