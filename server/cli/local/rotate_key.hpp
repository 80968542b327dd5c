// The command `rotate-key`.
#pragma once
#include <vector>

#include "server/cli/settings_command.hpp"

namespace tollgate::server {

constexpr int rotation_values_left = 3;  // some values could not be opened, and were left

class rotate_key_command {
public:
    // Adds the command to `app`. Call once; the object must outlive the action.
    void add(CLI::App& app);
    const std::vector<settings_command>& all() const { return entries_; }

private:
    // Seals the values again, and prints which keys are still needed. Returns the exit status.
    int run(const config& value) const;

    std::vector<settings_command> entries_;
    bool dry_run_ = false;
    bool json_ = false;
};

}  // namespace tollgate::server
