// Commands, and groups of them that several parts of the program add to.
#pragma once
#include <functional>

namespace CLI {
class App;
}

namespace tollgate::server {

// A command that takes none of the gateway's settings.
struct plain_command {
    CLI::App* command;            // owned by the app
    std::function<int()> action;  // the exit status
};

// The group `name` of `app`: made with `help` unless it is there. Owned by the app.
CLI::App* command_group(CLI::App& app, const char* name, const char* help);

}  // namespace tollgate::server
