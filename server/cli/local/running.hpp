// The commands `serve`, `sandbox` and `config print`.
#pragma once
#include <vector>

#include "server/cli/settings_command.hpp"

namespace tollgate::server {

class running_commands {
public:
    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<settings_command>& all() const { return entries_; }

private:
    std::vector<settings_command> entries_;
    bool json_ = false;
};

}  // namespace tollgate::server
