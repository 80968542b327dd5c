// The commands `policy apply`, `changes`, `confirm` and `refuse`: rules put in force at a running
// gateway, by a second person where the team asks for one.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

// `policy apply` has gateway_waits as its exit status if a second person must confirm the change.
class policy_change_commands {
public:
    // Adds the commands to the group `policy`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    base::result<int> apply(const admin_client& gateway) const;
    // Puts the rules of a file's text in force; `named`: the file, in messages.
    base::result<int> apply_text(const admin_client& gateway, const std::string& text,
                                 const std::string& named) const;
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> decide(const admin_client& gateway, std::string_view verdict) const;

    gateway_commands group_;
    std::string file_;
    std::string account_;
    std::string id_;
    std::string reason_;
    bool watch_ = false;
};

}  // namespace tollgate::server
