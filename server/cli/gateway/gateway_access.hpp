// The options of commands that ask a running gateway.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

// Adds --url, --key-file and --context, which are written to `into`; it outlives the command.
void add_access(CLI::App& command, admin_access& into);

// A variable of this process's environment.
std::optional<std::string> environment_variable(const char* name);

// Runs `command` with the gateway that choose_gateway() finds. Returns its exit status, or
// `not_asked` after printing why.
int ask_gateway(const admin_access& access, int not_asked,
                const std::function<base::result<int>(const admin_client&)>& command);

}  // namespace tollgate::server
