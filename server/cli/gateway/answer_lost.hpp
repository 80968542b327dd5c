// What tells a request that may have been done from one that was not sent.
#pragma once
#include <string_view>

namespace tollgate::server {

// The code of a failure with errc::unavailable after a request that is no GET was sent: its answer
// was lost, or does not say whether it was done. http_caller, admin_client and call_mcp() fail so.
constexpr std::string_view answer_lost = "answer_lost";

// The exit status then, of what must not be repeated.
constexpr int gateway_not_known = 5;

}  // namespace tollgate::server
