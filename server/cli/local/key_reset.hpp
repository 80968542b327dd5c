// The command `key reset`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/settings_command.hpp"
#include "tenancy/grants/api_keys.hpp"

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

    // `in_file`: the key is in --file, and is not printed.
    void show(const tenancy::new_api_key& made, bool in_file) const;

    std::vector<settings_command> entries_;
    std::string name_ = "Reset";
    std::string file_;
    bool json_ = false;
};

}  // namespace tollgate::server
