#include "server/cli/gateway/gateway_access.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <utility>

#include "server/cli/commands.hpp"
#include "server/cli/gateway/choose_gateway.hpp"

namespace tollgate::server {

void add_access(CLI::App& command, admin_access& into) {
    auto* const url = command.add_option(
        "--url", into.url,
        "The address of the admin API; default: TOLLGATE_ADMIN_URL, then the context's, then "
        "http://127.0.0.1:8787");
    command.add_option("--key-file", into.key_file,
                       "A file with an API key; default: the variable TOLLGATE_API_KEY, then the "
                       "context's");
    command
        .add_option("--context", into.context,
                    "A gateway that tollgate login stored; default: TOLLGATE_CONTEXT, then the "
                    "current one")
        ->excludes(url);
}

std::optional<std::string> environment_variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int ask_gateway(const admin_access& access, int not_asked,
                const std::function<base::result<int>(const admin_client&)>& command) {
    const auto chosen = choose_gateway(access, environment_variable);
    const auto gateway =
        chosen ? admin_client::make(*chosen) : base::result<admin_client>{chosen.error()};
    const auto status = gateway ? command(*gateway) : base::result<int>{gateway.error()};
    if (status) return *status;
    complain(status.error().message);
    // An empty word where something has to be named: as wrong as a missing one.
    constexpr int wrong_usage = 1;
    return status.error().code == "no_target" ? wrong_usage : not_asked;
}

}  // namespace tollgate::server
