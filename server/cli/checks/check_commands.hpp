// The commands `health`, `config check` and `doctor`.
#pragma once
#include <string>
#include <vector>

#include "server/cli/checks/finding.hpp"
#include "server/cli/settings_command.hpp"

namespace tollgate::server {

// Exit statuses of `config check` and `doctor`; of `health`, 0 or 1.
constexpr int checks_passed = 0;       // nothing fails; there may be warnings
constexpr int checks_wrong_usage = 1;  // the settings cannot be read
constexpr int checks_failed = 2;       // something fails

class check_commands {
public:
    // Adds the commands to `app`. Call once; the object must outlive the actions.
    void add(CLI::App& app);
    const std::vector<settings_command>& all() const { return entries_; }

private:
    int run_health(const config& value) const;
    int run_config_check(const config& value) const;
    // Shows every setting that cannot be loaded. Returns the exit status.
    int show_mistakes(const std::vector<base::failure>& mistakes) const;
    int run_doctor(const config& value) const;
    // Prints the findings. Returns the exit status.
    int show(const checks::findings& all) const;

    std::vector<settings_command> entries_;
    bool live_ = false;
    bool json_ = false;
    std::string mcp_url_;
};

}  // namespace tollgate::server
