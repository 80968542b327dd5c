// The command `key reset`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/settings_command.hpp"

namespace tollgate::server {

class key_reset_command {
public:
    // Adds the command to `app`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<settings_command>& all() const { return entries_; }

private:
    // Creates the key, shows it once (or writes it to --file), and logs the creation. Returns the
    // exit status.
    int run(const config& value) const;

    std::vector<settings_command> entries_;
    std::string name_ = "Reset";
    std::string file_;
};

}  // namespace tollgate::server
