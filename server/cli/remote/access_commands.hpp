// The commands `revoke`, `suspend`, `resume`, alone and in the group `mcp`: from what somebody
// knows of a leak to its verified end.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/remote/brake_check.hpp"

namespace tollgate::server {

// Exit statuses: gateway_done if everything was done and seen to be done, gateway_wrong_usage if it
// was not confirmed, gateway_not_asked, gateway_not_so if something was not done or not seen.
class brake_commands {
public:
    // Adds the commands. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    void add_one(CLI::App& group, brake what, const char* help);
    base::result<int> run(const admin_client& gateway, brake what) const;
    base::result<target> meant(const admin_client& gateway, brake what) const;
    // Nothing if it is confirmed, or a failure that says what to do.
    base::result<> confirmed(brake what, const target& meant) const;
    base::result<> act(const admin_client& gateway, brake what, target& meant) const;
    void say_what_remains(brake what) const;
    void report(brake what, const target& meant, const std::vector<brake_finding>& found) const;

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
