#include "server/cli/gateway/gateway_access.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <utility>

#include "server/cli/commands.hpp"

namespace tollgate::server {

void add_access(CLI::App& command, admin_access& into) {
    command
        .add_option("--url", into.url,
                    "The address of the admin API; default: http://127.0.0.1:8787")
        ->envname("TOLLGATE_ADMIN_URL");
    command.add_option("--key-file", into.key_file,
                       "A file with an API key; default: the variable TOLLGATE_API_KEY");
}

int ask_gateway(admin_access access, int not_asked,
                const std::function<base::result<int>(const admin_client&)>& command) {
    if (access.url.empty()) access.url = "http://127.0.0.1:8787";
    const char* const key = std::getenv("TOLLGATE_API_KEY");
    if (key != nullptr) access.key = key;
    const auto gateway = admin_client::make(access);
    const auto status = gateway ? command(*gateway) : base::result<int>{gateway.error()};
    if (status) return *status;
    complain(status.error().message);
    return not_asked;
}

}  // namespace tollgate::server
