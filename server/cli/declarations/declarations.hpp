// The commands `validate` and `inspect`: a declarations file, without a gateway and without
// Stripe.
#pragma once
#include <string>
#include <vector>

#include "server/cli/command_group.hpp"

namespace tollgate::server {

class declarations_commands {
public:
    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<plain_command>& all() const { return entries_; }

private:
    int validate() const;
    int inspect() const;

    std::vector<plain_command> entries_;
    std::string file_;
    bool strict_ = false;
    bool json_ = false;
};

}  // namespace tollgate::server
