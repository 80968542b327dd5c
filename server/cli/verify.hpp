// The command `verify`: tries what is promised on a running gateway.
#pragma once
#include <string>

#include "server/cli/admin_client.hpp"
#include "server/cli/verify_checks.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

class verify_command {
public:
    // Adds the command. Call once; the object must outlive run().
    void add(CLI::App& app);
    const CLI::App* command() const { return command_; }
    // The exit status: verify_report.hpp.
    int run() const;

private:
    int verify(const admin_client& gateway) const;

    CLI::App* command_ = nullptr;  // owned by the app
    admin_access access_;
    verify_options options_;
    std::string account_;
    std::string junit_;
    bool json_ = false;
};

}  // namespace tollgate::server
