// The commands `webhooks list`, `show`, `create`, `remove`, `test`, `deliveries` and `repeat`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class webhook_commands {
public:
    // Adds the group `webhooks`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> create(const admin_client& gateway) const;
    // gateway_not_so if the receiver did not acknowledge it.
    base::result<int> test(const admin_client& gateway) const;
    std::string path() const;

    gateway_commands group_;
    std::string id_;
    std::string delivery_;
    std::string name_;
    std::string address_file_;
    std::string format_;
    std::vector<std::string> events_;
    unsigned limit_ = 100;
};

}  // namespace tollgate::server
