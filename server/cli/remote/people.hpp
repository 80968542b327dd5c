// The commands `people list`, `show`, `invite`, `invite-again`, `sign-in-link`, `change`, `remove`,
// `sign-out` and `reset-code`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class people_commands {
public:
    // Adds the group `people`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> invite(const admin_client& gateway) const;
    base::result<int> change(const admin_client& gateway) const;
    // One request about the person, whose answer is shown if it has a body.
    base::result<int> about(const admin_client& gateway, std::string_view method,
                            std::string_view below, std::string body = {}) const;

    gateway_commands group_;
    std::string id_;
    std::string name_;
    std::string email_;
    std::string role_;
    std::vector<std::string> groups_;
    unsigned limit_ = 100;
};

}  // namespace tollgate::server
