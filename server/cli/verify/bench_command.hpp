// What the commands that try or fill an account have in common.
#pragma once
#include <functional>
#include <string>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

// The same, with verify_trouble as a failure.
gateway_commands::action on_bench(std::function<int(const admin_client&)> command);

// The account with that id; if none is named, the only one. Throws verify_trouble.
std::string chosen_account(const admin_client& gateway, const std::string& named);

}  // namespace tollgate::server
