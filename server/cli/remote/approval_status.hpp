// What became of a call that was agreed to, as an exit status.
#pragma once
#include <string_view>

namespace tollgate::server {

// Of `approvals approve`, beside those of gateway_commands.hpp.
constexpr int approvals_not_done = 4;   // the call ended without being sent, or Stripe refused it
constexpr int approvals_not_known = 5;  // it may have been done: the call must not be repeated

// For the approval in `body`: gateway_done if the call was executed and Stripe did it,
// gateway_waits if others must agree too or it is still being executed, or one of the above. An
// outcome that is unknown or cannot be read is approvals_not_known.
int approval_status(std::string_view body);

}  // namespace tollgate::server
