// The command `test`: the requests of declared tools, shown; or real calls of them through a
// running gateway, as a client makes them.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"
#include "server/cli/declarations/declarations_file.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace tollgate::server {

class test_command {
public:
    // Adds the command. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    int run() const;
    int dry_run(const declarations_file& file) const;
    // Of what is in force for the account: gateway_done, gateway_wrong_usage, gateway_waits,
    // gateway_not_so or gateway_not_known as `call` has them. Fails as admin_client::call().
    base::result<int> call_one(const admin_client& gateway, const declarations_file& file) const;
    base::result<int> call_all(const admin_client& gateway, const declarations_file& file) const;
    // Fails unless `file` is what is in force for the account.
    base::result<> check_in_force(const admin_client& gateway, const std::string& account_id,
                                  const declarations_file& file) const;

    std::vector<plain_command> entries_;
    admin_access access_;
    std::string file_;
    std::string name_;
    std::string account_;
    std::vector<std::string> parameters_;
    bool all_ = false;
    bool dry_run_ = false;
    bool json_ = false;
    bool yes_ = false;
};

}  // namespace tollgate::server
