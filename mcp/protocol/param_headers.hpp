// Arguments that a client repeats in headers, so that intermediaries can route by them (MCP
// 2026-07-28 basic/transports/streamable-http §Custom headers; `x-mcp-header` in a tool's schema).
#pragma once
#include <simdjson.h>

#include <optional>
#include <span>

#include "base/http_message.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/tool_provider.hpp"

namespace tollgate::mcp {

// Checks that the header `Mcp-Param-<name>` of each of `mirrored` is present exactly if the
// argument is, with the same value. Otherwise returns HeaderMismatch (-32020, sent with 400). Pure.
std::optional<rpc_error> check_param_headers(const base::http_request& request,
                                             std::span<const mirrored_argument> mirrored,
                                             const simdjson::dom::object& arguments);

}  // namespace tollgate::mcp
