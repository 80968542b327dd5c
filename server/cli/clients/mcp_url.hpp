// MCP URLs, as commands of clients take them.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::server::clients {

// `given`, or for "-" the first line of standard input, if it is a URL: https, or http on loopback.
// Fails with invalid_argument "no_url" or "bad_url"; the sentence does not repeat the URL, which is
// a secret.
base::result<std::string> take_mcp_url(const std::string& given);

// The path of this binary, for clients that start it; "tollgate" if it is unknown.
std::string own_path();

}  // namespace tollgate::server::clients
