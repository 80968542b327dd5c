// Commands that take the gateway's settings.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "server/config/config.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

enum class settings_in_help : std::uint8_t { all, database };

struct settings_command {
    CLI::App* command;                         // owned by the app
    std::function<int(const config&)> action;  // the exit status
    // Every setting is taken; of commands on databases, only those that select one are shown.
    settings_in_help help = settings_in_help::database;
    // Instead of a sentence about the first setting that cannot be loaded: is given all of them,
    // and returns the exit status. May be empty.
    std::function<int(const std::vector<base::failure>&)> mistaken{};
};

// The settings of one command line: --config and a flag per setting.
class settings_flags {
public:
    settings_flags();

    // Adds the flags to `command`. This object outlives it. Secrets are accepted as flags only to
    // refuse them with a sentence, and are not shown in the help.
    void add_to(CLI::App& command, settings_in_help which);
    // Runs `one` with the settings from defaults, file, environment and its flags. Its exit status,
    // or 1 after a sentence on standard error.
    int run(const settings_command& one) const;

private:
    std::string file_;
    std::vector<std::string> values_;  // one per setting, in the order of settings()
};

}  // namespace tollgate::server
