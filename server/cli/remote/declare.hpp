// The commands `declare apply`, `declare show` and `declare remove`: the declarations of an account
// of a running gateway.
#pragma once
#include <string>

#include "server/cli/declarations/declarations_file.hpp"
#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class declare_commands {
public:
    // Adds the group `declare`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    using action = base::result<int> (declare_commands::*)(const admin_client&) const;

    // Finds the account first.
    gateway_commands::action of_account(action act);
    base::result<int> apply(const admin_client& gateway) const;
    // Applies the file whenever it changes, until the process is told to end.
    base::result<int> watch(const admin_client& gateway) const;
    base::result<int> apply_once(const admin_client& gateway, const declarations_file& file) const;
    base::result<int> show(const admin_client& gateway) const;
    base::result<int> remove(const admin_client& gateway) const;
    std::string path() const;

    gateway_commands group_;
    std::string file_;
    std::string account_;
    bool watch_ = false;
};

}  // namespace tollgate::server
