// The commands `revoke`, `suspend`, `resume`, alone and in the group `mcp`: from what somebody
// knows of a leak to its verified end.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/remote/access_check.hpp"

namespace tollgate::server {

// Exit statuses: gateway_done if everything was done and seen to be done, gateway_wrong_usage if it
// was not confirmed, gateway_not_asked, gateway_not_so if something was not done or not seen.
class access_commands {
public:
    // Adds the commands. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    void add_one(CLI::App& group, access_action action, const char* help);
    base::result<int> run(const admin_client& gateway, access_action action) const;
    base::result<target> meant(const admin_client& gateway, access_action action) const;
    // Nothing if it is confirmed, or a failure that says what to do.
    base::result<> confirmed(access_action action, const target& meant) const;
    base::result<> act(const admin_client& gateway, access_action action, target& meant) const;
    void say_what_remains(access_action action) const;
    void report(access_action action, const target& meant,
                const std::vector<access_finding>& found) const;

    gateway_commands group_;
    std::string word_;
    std::string as_;
    std::string reason_;
    std::vector<std::string> instances_;
    bool team_ = false;
    bool all_ = false;
    bool yes_ = false;
};

}  // namespace tollgate::server
