// The client's name for itself, for the audit log.
#pragma once
#include <string>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"

namespace tollgate::mcp {

// Returns "name/version" from the message's _meta (clientInfo, MCP 2026-07-28 basic §_meta),
// otherwise the User-Agent header; empty if there is neither. At most 200 bytes, in a form that
// every record store accepts. The name is not verified.
std::string client_name(const message& value, const base::http_request& request);

// "name version" of the clientInfo in the params of initialize; empty if there is none. As
// client_name() otherwise.
std::string client_title(const message& value);

}  // namespace tollgate::mcp
