// The options of commands that ask a running gateway.
#pragma once
#include <functional>

#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace CLI {
class App;
}

namespace tollgate::server {

// Adds --url and --key-file, which are written to `into`; it outlives the command.
void add_access(CLI::App& command, admin_access& into);

// Runs `command` with the gateway of `access`; the key may be in the variable TOLLGATE_API_KEY.
// Returns its exit status, or `not_asked` after printing why.
int ask_gateway(admin_access access, int not_asked,
                const std::function<base::result<int>(const admin_client&)>& command);

}  // namespace tollgate::server
