// The command `demo seed`: a small business to try the tools of "operations" with.
#pragma once
#include <string>

#include "server/cli/admin_client.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

class demo_command {
public:
    // Adds the group `demo`. Call once; the object must outlive run().
    void add(CLI::App& app);
    const CLI::App* command() const { return seed_; }
    // Makes five customers with two or three payments each at Stripe, and their orders. Live
    // accounts are refused. The same run again changes nothing. The exit status: 0 if everything is
    // there, 1 if it was refused, 2 if the gateway could not be asked.
    int run() const;

private:
    int seed(const admin_client& gateway) const;

    CLI::App* seed_ = nullptr;  // owned by the app
    admin_access access_;
    std::string account_;
};

}  // namespace tollgate::server
