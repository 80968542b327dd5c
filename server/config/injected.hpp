// Variables set by a platform that look like settings.
#pragma once
#include <string_view>

namespace tollgate::server {

// True for a variable that Kubernetes sets in every pod for a service named tollgate or tollgate-…:
// TOLLGATE_SERVICE_HOST, TOLLGATE_SERVICE_PORT_MCP, TOLLGATE_PORT_8787_TCP_ADDR, … and
// TOLLGATE_PORT with a value such as tcp://10.0.0.1:8787. A TOLLGATE_PORT with any other value is a
// user's mistake.
bool injected_variable(std::string_view name, std::string_view value);

}  // namespace tollgate::server
