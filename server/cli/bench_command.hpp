// What the commands that try or fill an account have in common.
#pragma once
#include <functional>
#include <string>

#include "server/cli/admin_client.hpp"

namespace tollgate::server {

// Runs `command` on the gateway of `access`; the address is the usual one unless it is given, the
// key is TOLLGATE_API_KEY unless a file has it. Its exit status, or 2 with a sentence on standard
// error if the gateway could not be asked (also by verify_trouble).
int on_bench(const admin_access& access, const std::function<int(const admin_client&)>& command);

// The account with that id; if none is named, the only one. Throws verify_trouble.
std::string chosen_account(const admin_client& gateway, const std::string& named);

}  // namespace tollgate::server
