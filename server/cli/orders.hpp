// The command `orders import`.
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

// The exit statuses of `orders …`.
constexpr int orders_done = 0;
constexpr int orders_rejected = 1;   // some records were not imported; or wrong usage
constexpr int orders_not_asked = 2;  // the file or the gateway could not be read, or it refused

class orders_commands {
public:
    struct entry {
        CLI::App* command;            // owned by the app
        std::function<int()> action;  // the exit status; refers to this object
    };

    // Adds the group `orders`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<entry>& all() const { return entries_; }

private:
    base::result<int> import(const admin_client& gateway) const;

    std::vector<entry> entries_;
    admin_access access_;
    std::string file_;
    std::string account_;
    bool dry_run_ = false;
};

}  // namespace tollgate::server
