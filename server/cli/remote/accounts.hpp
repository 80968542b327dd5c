// The commands `account list`, `show`, `connect`, `replace-key`, `check`, `remove`, and `freeze`
// and `unfreeze`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

class account_commands {
public:
    // Adds the commands. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<gateway_commands::entry>& all() const { return group_.all(); }

private:
    void add_connect(CLI::App& group);
    void add_freeze(CLI::App& app, const char* name, const char* help, std::string_view method);
    base::result<int> list(const admin_client& gateway) const;
    base::result<int> show(const admin_client& gateway) const;
    base::result<int> connect(const admin_client& gateway) const;
    std::string service_json() const;
    base::result<int> replace_key(const admin_client& gateway) const;
    // gateway_not_so if Stripe refuses the key, or it lacks a permission that is needed.
    base::result<int> check(const admin_client& gateway) const;
    // gateway_wrong_usage if it was not confirmed.
    base::result<int> remove(const admin_client& gateway) const;
    base::result<int> freeze(const admin_client& gateway, std::string_view method) const;

    gateway_commands group_;
    std::string which_;
    std::string name_;
    std::string credential_file_;
    std::string mode_;
    std::string stripe_account_;
    std::string service_url_;
    std::string service_auth_ = "bearer";
    std::string service_header_;
    std::string reason_ = "tollgate account remove";
    std::vector<std::string> tags_;
    unsigned limit_ = 100;
    bool verify_ = false;
    bool team_ = false;
    bool yes_ = false;
};

}  // namespace tollgate::server
